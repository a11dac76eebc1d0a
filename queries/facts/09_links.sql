-- title: Links between incidents
-- definition: Every link from an incident to the earlier one it goes back to, as a tool or a person says: an explicit
--   link of the tool, whatever its age, and every pair that a person confirmed, from the later to the earlier one. A
--   person's word wins: a pair that was rejected is no link, and a split ends the links between what was moved out and
--   what stayed, except for a pair confirmed afterwards. A link to an incident that was merged into another, or split
--   off, follows it to what it goes back to itself.
-- grain: one row per incident and link
-- leaves out: links to oneself; a tool's links to an incident that opened later
-- makes: table fact_links
-- columns: source varchar, incident_id varchar, partner_source varchar, partner_id varchar, repeat_rule varchar,
--   entry_id bigint
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

pair as (
    select
        pairs.decision,
        pairs.source,
        pairs.incident_id,
        pairs.partner_source,
        coalesce(last_parent.parent_id, pairs.partner_id) as partner_id,
        pairs.entry_id,
    from repeat_decisions as pairs
    left join last_parent on pairs.partner_id = last_parent.incident_id
    where pairs.decision in ('confirmed', 'rejected')
),

rejected as (
    select source, incident_id, partner_source, partner_id, from pair where decision = 'rejected'
    union
    select
        partner_source as source,
        partner_id as incident_id,
        source as partner_source,
        incident_id as partner_id,
    from pair
    where decision = 'rejected'
),

not_a_repeat as (
    select source, incident_id, from repeat_decisions where decision = 'not a repeat'
),

told as (
    select
        incidents.source,
        incidents.incident_id,
        incidents.opened_at,
        incidents.source as partner_source,
        coalesce(last_parent.parent_id, incidents.repeat_of) as partner_id,
    from incidents
    left join last_parent on incidents.repeat_of = last_parent.incident_id
    where incidents.repeat_of is not null
),

explicit_link as (
    select
        told.source,
        told.incident_id,
        told.partner_source,
        told.partner_id,
        'explicit link' as repeat_rule,
        0 as entry_id,
    from told
    left join incidents as partner
        on told.partner_source is not distinct from partner.source and told.partner_id = partner.incident_id
    left join rejected
        on
            told.source is not distinct from rejected.source
            and told.incident_id = rejected.incident_id
            and told.partner_source is not distinct from rejected.partner_source
            and told.partner_id = rejected.partner_id
    left join not_a_repeat
        on told.source is not distinct from not_a_repeat.source and told.incident_id = not_a_repeat.incident_id
    where
        told.partner_id <> told.incident_id
        -- A partner that no export holds is taken at the tool's word.
        and (partner.incident_id is null or partner.opened_at <= told.opened_at)
        and rejected.incident_id is null
        and not_a_repeat.incident_id is null
),

confirmed_pair as (
    select
        pair.*,
        coalesce(partner.opened_at > own.opened_at, false) as partner_is_later,
    from pair
    left join incidents as own
        on pair.source is not distinct from own.source and pair.incident_id = own.incident_id
    left join incidents as partner
        on pair.partner_source is not distinct from partner.source and pair.partner_id = partner.incident_id
    where
        pair.decision = 'confirmed'
        and (pair.source is distinct from pair.partner_source or pair.incident_id <> pair.partner_id)
),

every_link as (
    select * from explicit_link
    union all
    select
        if(partner_is_later, partner_source, source) as source,
        if(partner_is_later, partner_id, incident_id) as incident_id,
        if(partner_is_later, source, partner_source) as partner_source,
        if(partner_is_later, incident_id, partner_id) as partner_id,
        'confirmed by a person' as repeat_rule,
        entry_id,
    from confirmed_pair
),

assigned as (
    select source, incident_id, issue_id, left_issue_id, entry_id, from fact_problems where told_by = 'a person'
),

-- Only links that touch an assigned incident can be ended by it.
touched as (
    select
        every_link.*,
        own_assigned.entry_id as own_entry_id,
        own_assigned.issue_id as own_assigned_issue_id,
        own_assigned.left_issue_id as own_left_issue_id,
        partner_assigned.entry_id as partner_entry_id,
        partner_assigned.left_issue_id as partner_left_issue_id,
    from every_link
    left join assigned as own_assigned
        on
            every_link.source is not distinct from own_assigned.source
            and every_link.incident_id = own_assigned.incident_id
    left join assigned as partner_assigned
        on
            every_link.partner_source is not distinct from partner_assigned.source
            and every_link.partner_id = partner_assigned.incident_id
),

untouched as (
    select source, incident_id, partner_source, partner_id, repeat_rule, entry_id,
    from touched
    where own_entry_id is null and partner_left_issue_id is null
),

judged as (
    select
        touched.*,
        own.issue_id as own_issue_id,
        coalesce(
            touched.own_entry_id > touched.entry_id
            and partner.issue_id is distinct from touched.own_assigned_issue_id
            and coalesce(partner.issue_id, touched.own_left_issue_id)
            is not distinct from coalesce(touched.own_left_issue_id, partner.issue_id),
            false
        ) as is_ended,
        coalesce(
            touched.partner_left_issue_id is not null
            and touched.partner_entry_id > touched.entry_id
            and own.issue_id is distinct from partner.issue_id
            and coalesce(own.issue_id, touched.partner_left_issue_id) = touched.partner_left_issue_id,
            false
        ) as is_passed_on,
    from touched
    left join fact_problems as own
        on touched.source is not distinct from own.source and touched.incident_id = own.incident_id
    left join fact_problems as partner
        on touched.partner_source is not distinct from partner.source and touched.partner_id = partner.incident_id
    where touched.own_entry_id is not null or touched.partner_left_issue_id is not null
),

-- What stays goes back to where the one that was split off goes back to.
passing as (
    select source, incident_id, partner_source, partner_id, repeat_rule, entry_id, own_issue_id, 1 as depth,
    from judged
    where is_passed_on and not is_ended
    union all
    select
        passing.source,
        passing.incident_id,
        onward.partner_source,
        onward.partner_id,
        passing.repeat_rule,
        passing.entry_id,
        passing.own_issue_id,
        passing.depth + 1 as depth,
    from passing
    inner join assigned
        on passing.partner_source is not distinct from assigned.source and passing.partner_id = assigned.incident_id
    inner join every_link as onward
        on assigned.source is not distinct from onward.source and assigned.incident_id = onward.incident_id
    where
        passing.depth < 20
        and assigned.left_issue_id is not null
        and assigned.entry_id > passing.entry_id
        and passing.own_issue_id is distinct from assigned.issue_id
        and coalesce(passing.own_issue_id, assigned.left_issue_id) = assigned.left_issue_id
),

passed as (
    select
        passing.source,
        passing.incident_id,
        passing.partner_source,
        passing.partner_id,
        passing.repeat_rule,
        passing.entry_id,
    from passing
    left join assigned
        on passing.partner_source is not distinct from assigned.source and passing.partner_id = assigned.incident_id
    where
        (
            assigned.left_issue_id is null
            or assigned.entry_id < passing.entry_id
            or passing.own_issue_id is not distinct from assigned.issue_id
            or coalesce(passing.own_issue_id, assigned.left_issue_id) <> assigned.left_issue_id
        )
        and (
            passing.partner_source is distinct from passing.source or passing.partner_id <> passing.incident_id
        )
),

standing as (
    select * from untouched
    union all
    select source, incident_id, partner_source, partner_id, repeat_rule, entry_id,
    from judged
    where not is_ended and not is_passed_on
    union all
    select * from passed
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    partner_source::varchar as partner_source,
    partner_id::varchar as partner_id,
    repeat_rule::varchar as repeat_rule,
    entry_id::bigint as entry_id,
from standing
