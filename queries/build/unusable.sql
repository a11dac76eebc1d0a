-- title: Rows that cannot be used
-- definition: Rows that lack a value they cannot do without, or hold one that cannot be read.
-- grain: one row per row to set aside
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    problem.reason::varchar as reason,
    problem.detail::varchar as detail
from staged
where problem is not null
