-- title: Repeat incidents
-- definition: Incidents that are the return of an earlier one, each once, by the strongest rule that says so: an
--   explicit link, whatever its age; the same problem id as an incident opened at most
--   $repeat_look_back_days days before; a support ticket flagged as a repeat. A link to an incident that was merged
--   into another follows it. Look-back runs over the whole history, so neither a quarter's edge nor a filter hides one.
-- grain: one row per repeat incident
-- leaves out: links to oneself, and links to an incident that opened later
-- makes: table fact_repeats
-- params: repeat_look_back_days bigint
-- columns: source varchar, incident_id varchar, repeat_rule varchar, repeat_partner varchar, repeat_flagged_at timestamptz
with recursive merged as (
    select
        row_key as incident_id,
        max(detail) as merged_into,
    from left_out
    where table_name = 'incidents' and reason = 'merged into another' and detail is not null
    group by row_key
),

-- Merged into one that was itself merged: follow to the last. The depth ends circles.
parent as (
    select
        incident_id,
        merged_into as parent_id,
        1 as depth,
    from merged
    union all
    select
        parent.incident_id,
        merged.merged_into as parent_id,
        parent.depth + 1 as depth,
    from parent
    inner join merged on parent.parent_id = merged.incident_id
    where parent.depth < 20
),

last_parent as (
    select
        incident_id,
        arg_max(parent_id, depth) as parent_id,
    from parent
    group by incident_id
),

link as (
    select
        incidents.source,
        incidents.incident_id,
        incidents.opened_at,
        coalesce(last_parent.parent_id, incidents.repeat_of) as partner_id,
    from incidents
    left join last_parent on incidents.repeat_of = last_parent.incident_id
    where incidents.repeat_of is not null
),

explicit_link as (
    select
        link.source,
        link.incident_id,
        1 as strength,
        'explicit link' as repeat_rule,
        link.partner_id as repeat_partner,
        cast(null as timestamptz) as repeat_flagged_at,
    from link
    left join incidents as partner
        on link.source is not distinct from partner.source and link.partner_id = partner.incident_id
    where
        link.partner_id <> link.incident_id
        -- A partner that no export holds is taken at the tool's word.
        and (partner.incident_id is null or partner.opened_at <= link.opened_at)
),

with_previous as (
    select
        source,
        incident_id,
        opened_at,
        lag(incident_id) over same_problem as previous_id,
        lag(opened_at) over same_problem as previous_opened_at,
    from incidents
    where problem_id is not null
    window same_problem as (partition by problem_id order by opened_at, incident_id)
),

shared_problem as (
    select
        source,
        incident_id,
        2 as strength,
        'shared problem' as repeat_rule,
        previous_id as repeat_partner,
        cast(null as timestamptz) as repeat_flagged_at,
    from with_previous
    where epoch_us(opened_at) - epoch_us(previous_opened_at) <= $repeat_look_back_days * 86400000000
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
        3 as strength,
        'ticket flag' as repeat_rule,
        cast(null as varchar) as repeat_partner,
        flag.flagged_at as repeat_flagged_at,
    from incidents
    inner join flag on incidents.incident_id = flag.incident_id
),

every_reason as (
    select * from explicit_link
    union all
    select * from shared_problem
    union all
    select * from ticket_flag
),

strongest as (
    select *
    from every_reason
    qualify row_number() over (partition by source, incident_id order by strength) = 1
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    repeat_flagged_at::timestamptz as repeat_flagged_at,
from strongest
