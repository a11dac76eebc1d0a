-- title: PagerDuty incidents report (CSV)
-- definition: One row per incident of the older web report, which has created_on and resolved_on. It has no
--   priority and no status: the severity stays unknown (urgency says how people were notified, not how bad
--   it was), and an incident without a resolve time is open.
-- source: pagerduty
-- table: incidents
-- requires: incident_number ; description ; service_name ; created_on ; resolved_on ;
--   seconds_to_first_ack ; seconds_to_resolve
-- optional: id ; pagerduty_id ; pager_duty_id ; priority_name ; team_name
-- rows: one per record
-- zone:
-- verified: documentation

with reported as (
    select
        *,
        coalesce(resolved_on, seconds_to_resolve) is not null as is_resolved
    from export
)

select
    coalesce(id, pagerduty_id, pager_duty_id, incident_number)::varchar as incident_id,
    description::varchar as title,
    service_name::varchar as service,
    team_name::varchar as team,
    priority_name::varchar as severity_text,
    (case when is_resolved then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    created_on::varchar as opened_at,
    resolved_on::varchar as resolved_at,
    seconds_to_first_ack::varchar as acknowledged_seconds,
    seconds_to_resolve::varchar as resolved_seconds,
    source_line::bigint as source_line
from reported
