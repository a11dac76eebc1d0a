-- title: Columns that were not read
-- definition: The columns of each recognised export that its format does not read although they look like something a figure
--   could depend on: a date, a severity, a state, a resolve time, a duration, an id or a score.
-- grain: one row per column, in the order of the file
-- columns: file varchar, title varchar, column_name varchar, looks_like varchar, examples varchar[]
select
    file_columns.file::varchar as file,
    files.format_title::varchar as title,
    file_columns.column_name::varchar as column_name,
    file_columns.looks_like::varchar as looks_like,
    file_columns.examples::varchar[] as examples,
from file_columns
inner join files using (file)
where files.recognised and not file_columns.read and file_columns.looks_like is not null
order by file, file_columns."position"
