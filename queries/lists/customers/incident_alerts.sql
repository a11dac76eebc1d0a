-- title: The alerts of an incident
-- definition: Alerts that belong to an incident, whether action was needed as far as it is recorded.
-- grain: one row per alert, oldest first
-- params: incident_id varchar, as_of timestamptz, limit bigint
-- columns: alert_id varchar, title varchar, service varchar, fired_at timestamptz, closed_at timestamptz,
--   actionable boolean, source varchar, source_file varchar, source_line bigint
select
    alert_id::varchar as alert_id,
    title::varchar as title,
    service::varchar as service,
    fired_at::timestamptz as fired_at,
    case when closed_at <= $as_of then closed_at end::timestamptz as closed_at,
    actionable::boolean as actionable,
    unnest(source_of(alerts)),
from alerts
where incident_id = $incident_id and fired_at <= $as_of
order by fired_at, alert_id
limit $limit
