-- title: What the exports cover
-- definition: Per table how many records there are and the first and last instant they vouch for; before and after,
--   nothing is known. Inside it, the gaps: when each begins, is known and ends, and the export after which and before which it lies.
--   "repeats" and "escalations" appear when any record says of an incident that it is one. `late_days` and `lag_days` say
--   how late records come (fact_delays). `tools` and the lists beside it say how many records
--   each tool has, when they begin and end, and how long a silence it may keep.
-- grain: one row per table
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz, late_days double[],
--   lag_days double[], gap_starts timestamptz[], gap_known timestamptz[], gap_ends timestamptz[],
--   gap_after varchar[], gap_before varchar[],
--   tools varchar[], tool_records bigint[], tool_first timestamptz[], tool_last timestamptz[], tool_silence_days double[]
with span as (
    select
        table_name,
        list(coalesce(source, '') order by first_at, source) as tools,
        list(records order by first_at, source) as tool_records,
        list(first_at order by first_at, source) as tool_first,
        list(last_at order by first_at, source) as tool_last,
        list(silence_days order by first_at, source) as tool_silence_days,
    from fact_source_spans
    group by table_name
),

gap as (
    select
        table_name,
        list(starts_at order by starts_at) as gap_starts,
        list(known_at order by starts_at) as gap_known,
        list(ends_at order by starts_at) as gap_ends,
        list(after_file order by starts_at) as gap_after,
        list(before_file order by starts_at) as gap_before,
    from fact_gaps
    group by table_name
)

select
    coverage.table_name::varchar as table_name,
    coverage.records::bigint as records,
    coverage.first_at::timestamptz as first_at,
    coverage.last_at::timestamptz as last_at,
    coalesce(delays.late_days, [])::double[] as late_days,
    coalesce(delays.lag_days, [])::double[] as lag_days,
    coalesce(gap.gap_starts, [])::timestamptz[] as gap_starts,
    coalesce(gap.gap_known, [])::timestamptz[] as gap_known,
    coalesce(gap.gap_ends, [])::timestamptz[] as gap_ends,
    coalesce(gap.gap_after, [])::varchar[] as gap_after,
    coalesce(gap.gap_before, [])::varchar[] as gap_before,
    coalesce(span.tools, [])::varchar[] as tools,
    coalesce(span.tool_records, [])::bigint[] as tool_records,
    coalesce(span.tool_first, [])::timestamptz[] as tool_first,
    coalesce(span.tool_last, [])::timestamptz[] as tool_last,
    coalesce(span.tool_silence_days, [])::double[] as tool_silence_days,
from fact_coverage as coverage
left join fact_delays as delays on coverage.table_name = delays.table_name
left join span
    on
        span.table_name = case coverage.table_name
            when 'repeats' then 'incidents'
            when 'escalations' then 'tickets'
            else coverage.table_name
        end
left join gap on coverage.table_name = gap.table_name
order by coverage.table_name
