-- title: What the exports cover
-- definition: Per table how many records there are and the first and last instant they vouch for; before and after,
--   nothing is known. "repeats" and "escalations" appear when any record says of an incident that it is one.
--   `tools` says when the records of each tool begin and end.
-- grain: one row per table
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz,
--   tools struct(source varchar, records bigint, first_at timestamptz, last_at timestamptz, silence_days double)[]
with span as (
    select
        table_name,
        list(
            {
                'source': source,
                'records': records,
                'first_at': first_at,
                'last_at': last_at,
                'silence_days': silence_days
            }
            order by first_at, source
        ) as tools,
    from fact_source_spans
    group by table_name
)

select
    coverage.table_name::varchar as table_name,
    coverage.records::bigint as records,
    coverage.first_at::timestamptz as first_at,
    coverage.last_at::timestamptz as last_at,
    span.tools::struct(
        source varchar, records bigint, first_at timestamptz, last_at timestamptz, silence_days double
    )[] as tools,
from fact_coverage as coverage
left join span
    on
        span.table_name = case coverage.table_name
            when 'repeats' then 'incidents'
            when 'escalations' then 'tickets'
            else coverage.table_name
        end
order by coverage.table_name
