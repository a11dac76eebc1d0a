-- title: Support rotations (this project's own CSV)
-- definition: One row per engineer and day spent on the support floor, in hours.
-- source: canonical
-- table: support_rotations
-- requires: engineer ; date ; hours
-- optional: team ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(engineer)::varchar as engineer,
    "date"::varchar as "date",
    team::varchar as team,
    hours::varchar as hours,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
