-- title: Sources
-- definition: Every export file with how it was recognised, how fresh it is and what became of its rows. A file is stale
--   when nothing from the same tool for the same table is younger than 35 days at as_of: a source that stopped arriving
--   looks like an improvement. A tool that the settings call retired is never stale.
-- grain: one row per file
-- params: as_of timestamptz
-- columns: file varchar, title varchar, format varchar, table_name varchar, source varchar, exported_at timestamptz,
--   newest_at timestamptz, source_newest_at timestamptz, stale boolean, retired boolean, recognised boolean,
--   problem varchar, rows_read bigint, kept bigint, superseded bigint, excluded bigint, set_aside bigint
with with_newest as (
    select
        *,
        max(newest_at) over (partition by table_name, source) as source_newest_at,
        coalesce(retired, false) as is_retired,
    from files
)

select
    file::varchar as file,
    format_title::varchar as title,
    format::varchar as format,
    table_name::varchar as table_name,
    source::varchar as source,
    exported_at::timestamptz as exported_at,
    newest_at::timestamptz as newest_at,
    source_newest_at::timestamptz as source_newest_at,
    coalesce(not is_retired and source_newest_at < $as_of::timestamptz - interval 35 day, false)::boolean as stale,
    is_retired::boolean as retired,
    recognised::boolean as recognised,
    problem::varchar as problem,
    rows_read::bigint as rows_read,
    kept::bigint as kept,
    superseded::bigint as superseded,
    excluded::bigint as excluded,
    set_aside::bigint as set_aside,
from with_newest
order by file, table_name
