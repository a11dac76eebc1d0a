-- title: Columns of every export
-- definition: Every column of every export, whether its format reads it, and what an unread one looks like, if anything that
--   a figure could depend on: a date, a severity, a state, a resolve time, a duration, an id or a score. `overlooked` where
--   a recognised export holds such a column and its format does not read it.
-- grain: one row per file and column, in the order of the file
-- columns: file varchar, title varchar, column_name varchar, read boolean, looks_like varchar, overlooked boolean,
--   examples varchar[]
select
    file_columns.file::varchar as file,
    files.format_title::varchar as title,
    file_columns.column_name::varchar as column_name,
    file_columns.read::boolean as "read",
    file_columns.looks_like::varchar as looks_like,
    coalesce(files.recognised and not file_columns.read and file_columns.looks_like is not null, false)::boolean
        as overlooked,
    file_columns.examples::varchar[] as examples,
from file_columns
left join files using (file)
order by file, file_columns."position"
