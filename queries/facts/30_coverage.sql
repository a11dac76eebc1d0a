-- title: What the exports cover
-- definition: Per table the first and the last instant that any record of it vouches for. Before and after, nothing is
--   known: a count there is missing, not zero. An export that says when it was made vouches until then. "repeats" and
--   "escalations" are the tables that could say an incident is a repeat or was escalated; they cover nothing while no
--   record anywhere says so.
-- grain: one row per table
-- makes: table fact_coverage
-- params: time_zone varchar
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz
with incident_coverage as (
    select
        count(*) as records,
        min(opened_at) as first_at,
        max(greatest(opened_at, acknowledged_at, engaged_at, resolved_at, closed_at, updated_at, exported_at))
            as last_at,
        coalesce(bool_or(repeat_of is not null or problem_id is not null or root_cause_id is not null), false)
        -- A person who decided about one has looked at them.
        or exists (select 1 from repeat_decisions where incident_id is not null) as says_repeat,
    from incidents
),

ticket_coverage as (
    select
        count(*) as records,
        min(created_at) as first_at,
        max(greatest(
            created_at, solved_at, updated_at, escalated_to_engineering_at, escalated_to_executive_at, exported_at
        )) as last_at,
        bool_or((repeat_flag or problem_id is not null) and incident_id is not null) as says_repeat,
        bool_or(
            incident_id is not null
            and coalesce(escalated_to_engineering_at, escalated_to_executive_at) is not null
        ) as says_escalated,
    from tickets
),

coverage as (
    select 'incidents' as table_name, * exclude (says_repeat), from incident_coverage
    union all
    select 'repeats' as table_name, incident_coverage.* exclude (says_repeat),
    from incident_coverage
    cross join ticket_coverage
    where incident_coverage.says_repeat or ticket_coverage.says_repeat
    union all
    select 'tickets' as table_name, * exclude (says_repeat, says_escalated), from ticket_coverage
    union all
    select 'escalations' as table_name, * exclude (says_repeat, says_escalated),
    from ticket_coverage
    where says_escalated
    union all
    select
        'nps_responses' as table_name,
        count(*) as records,
        min(responded_at) as first_at,
        max(greatest(responded_at, exported_at)) as last_at,
    from nps_responses
    union all
    select
        'alerts' as table_name,
        count(*) as records,
        min(fired_at) as first_at,
        max(greatest(fired_at, closed_at, exported_at)) as last_at,
    from alerts
    union all
    select
        'postmortems' as table_name,
        count(*) as records,
        min(published_at) as first_at,
        max(greatest(published_at, exported_at)) as last_at,
    from postmortems
    union all
    select
        'availability' as table_name,
        count(*) as records,
        min(interval_start) as first_at,
        max(interval_end) as last_at,
    from availability
    union all
    select
        'changes' as table_name,
        count(*) as records,
        min(least(requested_at, merged_at, released_at)) as first_at,
        max(greatest(requested_at, merged_at, released_at, exported_at)) as last_at,
    from changes
    union all
    select
        'sprint_work' as table_name,
        count(*) as records,
        min(starts_on::timestamp at time zone $time_zone) as first_at,
        max(coalesce(ends_on + 1, starts_on)::timestamp at time zone $time_zone) as last_at,
    from sprint_work
    union all
    select
        'runbooks' as table_name,
        count(*) as records,
        min(updated_at) as first_at,
        max(updated_at) as last_at,
    from runbooks
    union all
    select
        'support_rotations' as table_name,
        count(*) as records,
        min(date::timestamp at time zone $time_zone) as first_at,
        max((date + 1)::timestamp at time zone $time_zone) as last_at,
    from support_rotations
    union all
    select
        'roadmap' as table_name,
        count(*) as records,
        min(released_at) as first_at,
        max(released_at) as last_at,
    from roadmap
    union all
    select
        'accounts' as table_name,
        count(*) as records,
        null as first_at,
        null as last_at,
    from accounts
    union all
    select
        'incident_accounts' as table_name,
        count(*) as records,
        null as first_at,
        null as last_at,
    from incident_accounts
)

select
    table_name::varchar as table_name,
    records::bigint as records,
    first_at::timestamptz as first_at,
    last_at::timestamptz as last_at,
from coverage
