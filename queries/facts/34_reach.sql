-- title: What a window is held against
-- definition: Per table what its exports cover (`fact_coverage`) with its gaps (`fact_gaps`) as one list: a window looks up one row a table.
-- grain: one row per table
-- makes: table fact_reach
-- columns: table_name varchar, first_at timestamptz, last_at timestamptz,
--   gaps struct(starts_at timestamptz, ends_at timestamptz, known_at timestamptz)[]
select
    coverage.table_name::varchar as table_name,
    any_value(coverage.first_at)::timestamptz as first_at,
    any_value(coverage.last_at)::timestamptz as last_at,
    coalesce(
        list(
            {'starts_at': gap.starts_at, 'ends_at': gap.ends_at, 'known_at': gap.known_at}
            order by gap.starts_at
        ) filter (where gap.starts_at is not null),
        []
    )::struct(starts_at timestamptz, ends_at timestamptz, known_at timestamptz)[] as gaps,
from fact_coverage as coverage
left join fact_gaps as gap on coverage.table_name = gap.table_name
group by coverage.table_name
