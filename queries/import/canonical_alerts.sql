-- title: Alerts (this project's own CSV)
-- definition: One row per alert; actionable says whether there was something to do (true or false).
-- source: canonical
-- table: alerts
-- requires: alert_id ; fired_at
-- optional: title ; service ; closed_at ; incident_id ; actionable ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(alert_id)::varchar as alert_id,
    title::varchar as title,
    service::varchar as service,
    fired_at::varchar as fired_at,
    closed_at::varchar as closed_at,
    trim(incident_id)::varchar as incident_id,
    actionable::varchar as actionable,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
