-- title: What was left out, by file and reason
-- definition: Rows of each export file that are not counted, by what became of them and why.
-- grain: one row per file, table, disposition and reason
-- columns: file varchar, table_name varchar, disposition varchar, reason varchar, rows bigint
select
    source_file::varchar as file,
    table_name::varchar as table_name,
    disposition::varchar as disposition,
    reason::varchar as reason,
    count(*)::bigint as "rows",
from left_out
group by source_file, table_name, disposition, reason
order by file, "rows" desc, table_name, disposition, reason
