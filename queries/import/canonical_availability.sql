-- title: Availability (this project's own CSV)
-- definition: One row per endpoint and interval: requests answered well (good) of all valid ones (total).
--   objective is the share of good ones promised for the endpoint, where it has one of its own.
-- source: canonical
-- table: availability
-- requires: endpoint ; interval_start ; interval_end ; good ; total
-- optional: service ; objective ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(endpoint)::varchar as endpoint,
    service::varchar as service,
    interval_start::varchar as interval_start,
    interval_end::varchar as interval_end,
    good::varchar as good,
    total::varchar as total,
    objective::varchar as objective,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
