-- title: Support rotations (this project's own CSV)
-- definition: One row per engineer and day on the support floor: hours held, and hours planned where the plan is known. A
--   planned turn without hours was not held.
-- source: canonical
-- table: support_rotations
-- requires: engineer ; date ; hours
-- optional: team ; planned_hours ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(engineer)::varchar as engineer,
    "date"::varchar as "date",
    team::varchar as team,
    planned_hours::varchar as planned_hours,
    hours::varchar as hours,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
