-- title: The records that differ
-- definition: Every record that is not the same then and now, with where it stands in the exports and, where it is in both,
--   what it said then and says now. A record of something that happened after as_of is no news of what was presented.
-- grain: one row per record
-- params: as_of timestamptz
-- columns: row_key varchar, source varchar, source_file varchar, source_line bigint, class varchar, is_changed boolean,
--   is_reclassified boolean, said_then varchar, said_now varchar, levels_then varchar, levels_now varchar
select
    coalesce(now_rows.row_key, then_rows.row_key)::varchar as row_key,
    coalesce(now_rows.source, then_rows.source)::varchar as source,
    coalesce(now_rows.source_file, then_rows.source_file)::varchar as source_file,
    coalesce(now_rows.source_line, then_rows.source_line)::bigint as source_line,
    classes.class::varchar as class,
    classes.is_changed::boolean as is_changed,
    classes.is_reclassified::boolean as is_reclassified,
    case when classes.is_changed then then_rows.said end::varchar as said_then,
    case when classes.is_changed then now_rows.said end::varchar as said_now,
    case when classes.is_reclassified then then_rows.levels end::varchar as levels_then,
    case when classes.is_reclassified then now_rows.levels end::varchar as levels_now
from classes
left join then_rows on classes.identity = then_rows.identity
left join now_rows on classes.identity = now_rows.identity
where
    (classes.class <> 'both' or classes.is_changed or classes.is_reclassified)
    and coalesce(least(then_rows.happened_at, now_rows.happened_at) <= $as_of::timestamptz, true)
order by row_key, source
