-- title: What incidents were called before
-- definition: For incidents that exports hold more than once: the worst level any copy gives, and the level of the oldest copy
--   that gives one.
-- grain: one row per incident with older copies
-- columns: row_id bigint, severity_highest bigint, severity_first bigint
with copy as (
    select kept_row_id, row_id, age
    from superseded
    union all
    select distinct kept_row_id, kept_row_id as row_id, 1 as age
    from superseded
),

level as (
    select
        copy.kept_row_id,
        copy.age,
        staged_incidents.severity,
        staged_incidents.severity_highest,
        staged_incidents.severity_first
    from copy
    inner join staged_incidents on copy.row_id = staged_incidents.row_id
)

select
    kept_row_id::bigint as row_id,
    min(least(severity, severity_highest, severity_first))::bigint as severity_highest,
    coalesce(
        arg_max(severity_first, age) filter (where severity_first is not null),
        arg_max(severity, age) filter (where severity is not null)
    )::bigint as severity_first
from level
group by kept_row_id
