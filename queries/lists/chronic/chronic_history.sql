-- title: The history of an issue
-- definition: Every incident of an issue opened by as_of, with how long it stayed away before (`days_since_previous`).
-- grain: one row per incident, oldest first
-- params: issue_id varchar, as_of timestamptz
-- columns: incident_id varchar, title varchar, service varchar, severity bigint, opened_at timestamptz,
--   resolved_at timestamptz, state varchar, minutes double, days_since_previous double, repeat_rule varchar,
--   repeat_partner varchar, root_cause varchar, customers_affected bigint, is_escalated boolean, url varchar,
--   source varchar, source_file varchar, source_line bigint
with incident as (
    select
        *,
        lag(opened_at) over (order by opened_at, incident_id) as previous_opened_at,
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, null, null)
    where issue_id = $issue_id
)

select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    severity_counted::bigint as severity,
    opened_at::timestamptz as opened_at,
    resolved_at::timestamptz as resolved_at,
    recover_state::varchar as state,
    coalesce(recover_minutes, open_minutes)::double as minutes,
    (minutes_between(previous_opened_at, opened_at) / 1440)::double as days_since_previous,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    root_cause::varchar as root_cause,
    customers_affected::bigint as customers_affected,
    is_escalated::boolean as is_escalated,
    url::varchar as url,
    unnest(source_of(incident)),
from incident
order by opened_at, incident_id
