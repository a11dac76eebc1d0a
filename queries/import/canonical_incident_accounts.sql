-- title: Incident accounts (this project's own CSV)
-- definition: One row per account that an incident hit.
-- source: canonical
-- table: incident_accounts
-- requires: incident_id ; account_id
-- optional: exported_at
-- excludes: opened_at ; ticket_id ; alert_id ; response_id ; published_at ; change_id
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(incident_id)::varchar as incident_id,
    trim(account_id)::varchar as account_id,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
