-- title: The rows left out
-- definition: Every row of an export file that is not counted, with its line, what became of it and why. NULL for a file
--   or a reason means all.
-- grain: one row per row left out, by file and line
-- params: file varchar, reason varchar, limit bigint
-- columns: file varchar, line bigint, table_name varchar, disposition varchar, reason varchar, row_key varchar,
--   detail varchar
with wanted as (
    select *
    from left_out
    where
        ($file::varchar is null or source_file = $file)
        and ($reason::varchar is null or left_out.reason = $reason)
)

select
    source_file::varchar as file,
    source_line::bigint as line,
    table_name::varchar as table_name,
    disposition::varchar as disposition,
    reason::varchar as reason,
    row_key::varchar as row_key,
    detail::varchar as detail,
from wanted
order by file, line
limit $limit
