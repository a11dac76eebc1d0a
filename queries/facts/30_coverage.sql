-- title: What the exports cover
-- definition: Per table the first and the last instant that any record of it vouches for. Before and after, nothing is
--   known: a count there is missing, not zero. "repeats" and "escalations" are the tables that could say an incident is
--   a repeat or was escalated; they cover nothing while no record anywhere says so.
-- grain: one row per table
-- makes: table fact_coverage
-- params: time_zone varchar
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz
with incident_coverage as (
    select
        count(*) as records,
        min(opened_at) as first_at,
        max(greatest(opened_at, acknowledged_at, engaged_at, resolved_at, closed_at, updated_at)) as last_at,
        bool_or(repeat_of is not null or problem_id is not null) as says_repeat,
    from incidents
),

ticket_coverage as (
    select
        count(*) as records,
        min(created_at) as first_at,
        max(greatest(created_at, solved_at, updated_at, escalated_to_engineering_at, escalated_to_executive_at))
            as last_at,
        bool_or(repeat_flag and incident_id is not null) as says_repeat,
        bool_or(
            incident_id is not null
            and coalesce(escalated_to_engineering_at, escalated_to_executive_at) is not null
        ) as says_escalated,
    from tickets
),

coverage as (
    select 'incidents' as table_name, records, first_at, last_at, from incident_coverage
    union all
    select
        'repeats' as table_name,
        incident_coverage.records,
        incident_coverage.first_at,
        incident_coverage.last_at,
    from incident_coverage
    cross join ticket_coverage
    where incident_coverage.says_repeat or ticket_coverage.says_repeat
    union all
    select 'tickets' as table_name, records, first_at, last_at, from ticket_coverage
    union all
    select 'escalations' as table_name, records, first_at, last_at, from ticket_coverage where says_escalated
    union all
    select 'nps_responses', count(*), min(responded_at), max(responded_at), from nps_responses
    union all
    select 'alerts', count(*), min(fired_at), max(greatest(fired_at, closed_at)), from alerts
    union all
    select 'postmortems', count(*), min(published_at), max(published_at), from postmortems
    union all
    select 'availability', count(*), min(interval_start), max(interval_end), from availability
    union all
    select
        'changes',
        count(*),
        min(least(requested_at, merged_at, released_at)),
        max(greatest(requested_at, merged_at, released_at)),
    from changes
    union all
    select
        'sprint_work',
        count(*),
        min(starts_on::timestamp at time zone $time_zone),
        max(coalesce(ends_on + 1, starts_on)::timestamp at time zone $time_zone),
    from sprint_work
    union all
    select 'runbooks', count(*), min(updated_at), max(updated_at), from runbooks
    union all
    select
        'support_rotations',
        count(*),
        min(date::timestamp at time zone $time_zone),
        max((date + 1)::timestamp at time zone $time_zone),
    from support_rotations
    union all
    select 'accounts', count(*), null, null, from accounts
    union all
    select 'incident_accounts', count(*), null, null, from incident_accounts
    union all
    select 'roadmap', count(*), min(released_at), max(released_at), from roadmap
)

select
    table_name::varchar as table_name,
    records::bigint as records,
    first_at::timestamptz as first_at,
    last_at::timestamptz as last_at,
from coverage
