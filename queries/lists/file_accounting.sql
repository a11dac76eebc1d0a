-- title: Rows read and what became of them
-- definition: For every file: rows read = kept + superseded + excluded + set aside. `unaccounted` is what that sum misses;
--   anything but 0 is a fault of the build.
-- grain: one row per file
-- columns: file varchar, format varchar, title varchar, table_name varchar, source varchar, recognised boolean,
--   problem varchar, encoding varchar, delimiter varchar, bytes bigint, exported_at timestamptz, newest_at timestamptz,
--   rows_read bigint, kept bigint, superseded bigint, excluded bigint, set_aside bigint, unaccounted bigint
select
    file::varchar as file,
    format::varchar as format,
    format_title::varchar as title,
    table_name::varchar as table_name,
    source::varchar as source,
    recognised::boolean as recognised,
    problem::varchar as problem,
    encoding::varchar as encoding,
    delimiter::varchar as delimiter,
    bytes::bigint as bytes,
    exported_at::timestamptz as exported_at,
    newest_at::timestamptz as newest_at,
    rows_read::bigint as rows_read,
    kept::bigint as kept,
    superseded::bigint as superseded,
    excluded::bigint as excluded,
    set_aside::bigint as set_aside,
    (
        coalesce(rows_read, 0)
        - coalesce(kept, 0)
        - coalesce(superseded, 0)
        - coalesce(excluded, 0)
        - coalesce(set_aside, 0)
    )::bigint as unaccounted,
from files
order by file, table_name
