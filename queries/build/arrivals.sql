-- title: Rows that files would bring
-- definition: Of every file, its kept rows by what was known of the same thing before: nothing (new), something else (updated),
--   or the same (unchanged); and in which hours (UTC) how many of the first two happened, NULL where none has a date. Reads
--   rows_before and rows_after (source_file, row_key, contents, happened_at), both of one canonical table.
-- grain: one row per file that has kept rows
-- params: files varchar[]
-- columns: file varchar, new bigint, updated bigint, unchanged bigint, hours map(timestamptz, ubigint)
with known as (
    select
        row_key,
        list(contents) as contents
    from rows_before
    group by row_key
)

select
    rows_after.source_file::varchar as file,
    count(*) filter (where known.row_key is null)::bigint as new,
    count(*) filter (where not list_contains(known.contents, rows_after.contents))::bigint as updated,
    count(*) filter (where list_contains(known.contents, rows_after.contents))::bigint as unchanged,
    histogram(date_trunc('hour', rows_after.happened_at)) filter (
        where rows_after.happened_at is not null
        and (known.row_key is null or not list_contains(known.contents, rows_after.contents))
    ) as hours,
from rows_after
left join known using (row_key)
where list_contains($files::varchar[], rows_after.source_file)
group by rows_after.source_file
order by file
