-- title: Rows that cannot be used
-- definition: Rows that lack a value they cannot do without, or hold one that cannot be read. A row that does not count anyway is no
--   loss: it is excluded, with the reason the import query gives.
-- grain: one row per row to set aside
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    problem.reason::varchar as reason,
    problem.detail::varchar as detail
from staged
where problem is not null and excluded_reason is null
