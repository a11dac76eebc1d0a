-- title: Sources
-- definition: Every export file with how it was recognised, how fresh it is and what became of its rows. A file is stale
--   when nothing from the same tool for the same table is younger than 35 days at as_of: a source that stopped arriving
--   looks like an improvement. A tool that the settings call retired is never stale.
--   `lacks` says what all of its kept rows lack, or a quarter of them and more, `lacking` how many do. `alike` counts its
--   incidents that look like one of the tools `alike_others`. `lost_decisions` counts what people decided about the numbers
--   `lost_numbers`, which are no ids since other sheets or files count as well.
--   `reasons` say why rows were left out, `dispositions` what became of them, `reason_rows` how many they were.
-- grain: one row per file
-- params: as_of timestamptz
-- columns: file varchar, title varchar, format varchar, table_name varchar, source varchar, exported_at timestamptz,
--   newest_at timestamptz, source_newest_at timestamptz, stale boolean, retired boolean, recognised boolean,
--   problem varchar, rows_read bigint, kept bigint, superseded bigint, excluded bigint, set_aside bigint,
--   lacks varchar, lacking bigint, alike bigint, alike_others varchar[],
--   lost_decisions bigint, lost_numbers varchar[], dispositions varchar[], reasons varchar[], reason_rows bigint[]
with with_newest as (
    select
        *,
        max(newest_at) over (partition by table_name, source) as source_newest_at,
        coalesce(retired, false) as is_retired,
    from files
),

by_reason as (
    select
        table_name,
        source_file,
        disposition,
        reason,
        count(*) as left_rows,
    from left_out
    group by all
),

reason as (
    select
        table_name,
        source_file,
        list(disposition order by disposition, reason) as dispositions,
        list(reason order by disposition, reason) as reasons,
        list(left_rows order by disposition, reason) as reason_rows,
    from by_reason
    group by table_name, source_file
)

select
    with_newest.file::varchar as file,
    with_newest.format_title::varchar as title,
    with_newest.format::varchar as format,
    with_newest.table_name::varchar as table_name,
    with_newest.source::varchar as source,
    with_newest.exported_at::timestamptz as exported_at,
    with_newest.newest_at::timestamptz as newest_at,
    with_newest.source_newest_at::timestamptz as source_newest_at,
    coalesce(
        not with_newest.is_retired and with_newest.source_newest_at < $as_of::timestamptz - interval 35 day, false
    )::boolean as stale,
    with_newest.is_retired::boolean as retired,
    with_newest.recognised::boolean as recognised,
    with_newest.problem::varchar as problem,
    with_newest.rows_read::bigint as rows_read,
    with_newest.kept::bigint as kept,
    with_newest.superseded::bigint as superseded,
    with_newest.excluded::bigint as excluded,
    with_newest.set_aside::bigint as set_aside,
    fact_doubts.lacks::varchar as lacks,
    fact_doubts.rows::bigint as lacking,
    fact_look_alikes.rows::bigint as alike,
    fact_look_alikes.others::varchar[] as alike_others,
    fact_lost_decisions.decisions::bigint as lost_decisions,
    fact_lost_decisions.numbers::varchar[] as lost_numbers,
    coalesce(reason.dispositions, [])::varchar[] as dispositions,
    coalesce(reason.reasons, [])::varchar[] as reasons,
    coalesce(reason.reason_rows, [])::bigint[] as reason_rows,
from with_newest
left join reason on with_newest.file = reason.source_file and with_newest.table_name = reason.table_name
left join fact_doubts on with_newest.file = fact_doubts.file and with_newest.table_name = fact_doubts.table_name
left join fact_look_alikes on with_newest.file = fact_look_alikes.file and with_newest.table_name = 'incidents'
left join fact_lost_decisions on with_newest.file = fact_lost_decisions.file and with_newest.table_name = 'incidents'
order by with_newest.file, with_newest.table_name
