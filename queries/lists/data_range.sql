-- title: What the exports cover
-- definition: Per table how many records there are and the first and last instant they vouch for; before and after,
--   nothing is known. Inside it, the gaps: when each begins and ends, and the export after which and before which it lies. "repeats" and "escalations" appear when any record says of an incident that it is one.
-- grain: one row per table
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz, gap_starts timestamptz[],
--   gap_ends timestamptz[], gap_after varchar[], gap_before varchar[]
with gap as (
    select
        table_name,
        list(starts_at order by starts_at) as gap_starts,
        list(ends_at order by starts_at) as gap_ends,
        list(after_file order by starts_at) as gap_after,
        list(before_file order by starts_at) as gap_before,
    from fact_gaps
    group by table_name
)

select
    fact_coverage.table_name::varchar as table_name,
    fact_coverage.records::bigint as records,
    fact_coverage.first_at::timestamptz as first_at,
    fact_coverage.last_at::timestamptz as last_at,
    coalesce(gap.gap_starts, [])::timestamptz[] as gap_starts,
    coalesce(gap.gap_ends, [])::timestamptz[] as gap_ends,
    coalesce(gap.gap_after, [])::varchar[] as gap_after,
    coalesce(gap.gap_before, [])::varchar[] as gap_before,
from fact_coverage
left join gap on fact_coverage.table_name = gap.table_name
order by fact_coverage.table_name
