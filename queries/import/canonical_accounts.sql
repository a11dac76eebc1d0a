-- title: Accounts (this project's own CSV)
-- definition: One row per customer; annual_value is money per year in one currency.
-- source: canonical
-- table: accounts
-- requires: account_id
-- any of: segment ; annual_value
-- optional: name ; exported_at
-- excludes: incident_id ; ticket_id ; response_id ; score ; nps ; change_id ; alert_id ; id
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(account_id)::varchar as account_id,
    name::varchar as name,
    segment::varchar as segment,
    annual_value::varchar as annual_value,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
