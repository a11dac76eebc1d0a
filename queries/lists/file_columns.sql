-- title: Columns of every export
-- definition: Every column of every export, whether its format reads it, and what an unread one looks like, if anything that
--   matters.
-- grain: one row per file and column, in the order of the file
-- columns: file varchar, column_name varchar, read boolean, looks_like varchar, examples varchar[]
select
    file::varchar as file,
    column_name::varchar as column_name,
    "read"::boolean as "read",
    looks_like::varchar as looks_like,
    examples::varchar[] as examples,
from file_columns
order by file, "position"
