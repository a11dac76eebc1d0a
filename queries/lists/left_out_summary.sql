-- title: What was left out, by reason
-- definition: Rows of the exports that are not counted, by table, by what became of them (superseded, excluded, set aside)
--   and why.
-- grain: one row per table, disposition and reason
-- columns: table_name varchar, disposition varchar, reason varchar, rows bigint
select
    table_name::varchar as table_name,
    disposition::varchar as disposition,
    reason::varchar as reason,
    count(*)::bigint as "rows",
from left_out
group by table_name, disposition, reason
order by "rows" desc, table_name, disposition, reason
