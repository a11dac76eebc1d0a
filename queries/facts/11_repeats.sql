-- title: Repeat incidents
-- definition: Incidents that are the return of an earlier one, each once, by the strongest rule that says so: a person
--   confirmed it, or said of which issue it is, whatever the age; an explicit link of the tool, whatever its age; the
--   same problem id, or the same root-cause id, as an incident opened at most $repeat_look_back_days days before; a
--   support ticket flagged as a repeat. `joined by a person`: within the look-back, because a person merged two issues or
--   moved an incident. What a person rejected is not counted. Look-back runs over the whole history, so neither a
--   quarter's edge nor a filter hides one.
-- grain: one row per repeat incident
-- leaves out: pairs that a person rejected; incidents of which a person said that they repeat nothing
-- makes: table fact_repeats
-- params: repeat_look_back_days bigint
-- columns: source varchar, incident_id varchar, repeat_rule varchar, repeat_partner varchar, repeat_flagged_at timestamptz
with rejected as (
    select source, incident_id, partner_source, partner_id, from repeat_decisions where decision = 'rejected'
    union
    select
        partner_source as source,
        partner_id as incident_id,
        source as partner_source,
        incident_id as partner_id,
    from repeat_decisions
    where decision = 'rejected'
),

-- Of whom the one before may be one that a person rejected: they are looked at again, pair by pair.
doubted as (
    select distinct source, incident_id, from rejected
),

not_a_repeat as (
    select source, incident_id, from repeat_decisions where decision = 'not a repeat'
),

linked as (
    select
        source,
        incident_id,
        if(repeat_rule = 'explicit link', 3, 1) as strength,
        repeat_rule,
        partner_id as repeat_partner,
        cast(null as timestamptz) as repeat_flagged_at,
        entry_id,
    from fact_links
),

member as (
    select
        fact_issues.*,
        coalesce(fact_issues.issue_id is distinct from fact_issues.told_issue_id, false)
        and fact_issues.told_by <> 'link' as is_moved,
        doubted.incident_id is not null as is_doubted,
    from fact_issues
    left join doubted
        on
            fact_issues.source is not distinct from doubted.source
            and fact_issues.incident_id = doubted.incident_id
    where fact_issues.opened_at is not null
),

with_previous as (
    select
        member.*,
        lag(incident_id) over same_issue as previous_id,
        lag(opened_at) over same_issue as previous_opened_at,
        lag(told_issue_id) over same_issue as previous_told_issue_id,
        lag(told_by) over same_issue as previous_told_by,
        lag(is_moved) over same_issue as previous_is_moved,
        lag(known_at) over same_issue as previous_known_at,
    from member
    window same_issue as (partition by issue_id order by opened_at, incident_id, source)
),

same_as as (
    select distinct source, incident_id, from repeat_decisions where decision = 'same as'
),

-- They are few, and chosen before the join: an issue of thousands would be held against itself.
looked_at_again as (
    select member.*,
    from member
    left join same_as
        on member.source is not distinct from same_as.source and member.incident_id = same_as.incident_id
    where member.is_doubted or same_as.incident_id is not null
),

-- The ones before of which nobody said that they are something else.
earlier as (
    select
        member.*,
        previous.incident_id as previous_id,
        previous.opened_at as previous_opened_at,
        previous.told_issue_id as previous_told_issue_id,
        previous.told_by as previous_told_by,
        previous.is_moved as previous_is_moved,
        previous.known_at as previous_known_at,
    from looked_at_again as member
    inner join member as previous on member.issue_id = previous.issue_id
    left join rejected
        on
            member.source is not distinct from rejected.source
            and member.incident_id = rejected.incident_id
            and previous.source is not distinct from rejected.partner_source
            and previous.incident_id = rejected.partner_id
    where
        (previous.opened_at, previous.incident_id) < (member.opened_at, member.incident_id)
        and rejected.incident_id is null
    qualify
        row_number() over (
            partition by member.source, member.incident_id
            order by previous.opened_at desc, previous.incident_id desc
        ) = 1
),

said_same as (
    select
        earlier.source,
        earlier.incident_id,
        2 as strength,
        'confirmed by a person' as repeat_rule,
        earlier.previous_id as repeat_partner,
        cast(null as timestamptz) as repeat_flagged_at,
        0 as entry_id,
    from earlier
    inner join repeat_decisions as same
        on
            earlier.source is not distinct from same.source
            and earlier.incident_id = same.incident_id
            and same.decision = 'same as'
),

before as (
    select * from with_previous where not is_doubted
    union all by name
    select * from earlier where is_doubted
),

shared_problem as (
    select
        source,
        incident_id,
        4 as strength,
        case
            when told_issue_id = previous_told_issue_id
                then if(
                    told_by = 'root cause id' and previous_told_by = 'root cause id',
                    'shared root cause',
                    'shared problem'
                )
            when is_moved or previous_is_moved then 'joined by a person'
            else 'shared problem'
        end as repeat_rule,
        previous_id as repeat_partner,
        greatest(known_at, previous_known_at) as repeat_flagged_at,
        0 as entry_id,
    from before
    where epoch_us(opened_at) - epoch_us(previous_opened_at) <= $repeat_look_back_days * 86400000000
),

-- Beside the problem: two problems may have one root cause. Where a person said what belongs together, that is it.
cause as (
    select
        incidents.source,
        incidents.incident_id,
        incidents.opened_at,
        lag(incidents.source) over same_cause as previous_source,
        lag(incidents.incident_id) over same_cause as previous_id,
        lag(incidents.opened_at) over same_cause as previous_opened_at,
    from incidents
    left join fact_problems
        on
            incidents.source is not distinct from fact_problems.source
            and incidents.incident_id = fact_problems.incident_id
            and fact_problems.told_by = 'a person'
    where incidents.root_cause_id is not null and fact_problems.incident_id is null
    window same_cause as (
        partition by incidents.root_cause_id order by incidents.opened_at, incidents.incident_id, incidents.source
    )
),

shared_root_cause as (
    select
        cause.source,
        cause.incident_id,
        5 as strength,
        'shared root cause' as repeat_rule,
        cause.previous_id as repeat_partner,
        cast(null as timestamptz) as repeat_flagged_at,
        0 as entry_id,
    from cause
    left join rejected
        on
            cause.source is not distinct from rejected.source
            and cause.incident_id = rejected.incident_id
            and cause.previous_source is not distinct from rejected.partner_source
            and cause.previous_id = rejected.partner_id
    where
        epoch_us(cause.opened_at) - epoch_us(cause.previous_opened_at) <= $repeat_look_back_days * 86400000000
        and rejected.incident_id is null
),

flag as (
    select
        incident_id,
        min(created_at) as flagged_at,
    from tickets
    where repeat_flag and incident_id is not null
    group by incident_id
),

ticket_flag as (
    select
        incidents.source,
        incidents.incident_id,
        6 as strength,
        'ticket flag' as repeat_rule,
        cast(null as varchar) as repeat_partner,
        flag.flagged_at as repeat_flagged_at,
        0 as entry_id,
    from incidents
    inner join flag on incidents.incident_id = flag.incident_id
),

every_reason as (
    select * from linked
    union all
    select * from said_same
    union all
    select * from shared_problem
    union all
    select * from shared_root_cause
    union all
    select * from ticket_flag
),

-- A pair that a person confirmed after saying that the incident repeats nothing stands.
allowed as (
    select every_reason.*,
    from every_reason
    left join not_a_repeat
        on
            every_reason.source is not distinct from not_a_repeat.source
            and every_reason.incident_id = not_a_repeat.incident_id
    where every_reason.strength = 1 or not_a_repeat.incident_id is null
),

strongest as (
    select *
    from allowed
    qualify row_number() over (partition by source, incident_id order by strength, entry_id desc, repeat_partner) = 1
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    repeat_flagged_at::timestamptz as repeat_flagged_at,
from strongest
