-- title: PagerDuty analytics, raw incidents (JSON or CSV)
-- definition: One record per incident of the analytics interface: created_at, seconds_to_first_ack,
--   seconds_to_engage. The severity word is the priority; urgency is not one. engaged_seconds of this file
--   is the time people spent on the incident, so that the time to engage comes from seconds_to_engage.
-- source: pagerduty
-- table: incidents
-- requires: id ; created_at ; service_name ; seconds_to_first_ack ; seconds_to_resolve
-- optional: incident_number ; description ; resolved_at ; status ; team_name ; priority_name ;
--   seconds_to_engage ; updated_at ; html_url
-- rows: one per record
-- zone:
-- verified: documentation

with reported as (
    select
        *,
        coalesce(lower(trim(status)) = 'resolved', resolved_at is not null) as is_resolved
    from export
)

select
    id::varchar as incident_id,
    html_url::varchar as url,
    description::varchar as title,
    service_name::varchar as service,
    team_name::varchar as team,
    priority_name::varchar as severity_text,
    (case when is_resolved then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    created_at::varchar as opened_at,
    (case when is_resolved then resolved_at end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    seconds_to_first_ack::varchar as acknowledged_seconds,
    seconds_to_engage::varchar as engaged_seconds,
    (case when is_resolved then seconds_to_resolve end)::varchar as resolved_seconds,
    source_line::bigint as source_line
from reported
