-- title: What the exports cover, as known at an instant
-- definition: Per table the first and the last instant its records vouch for, the last one not after as_of.
-- grain: one row per table that has records before as_of
-- params: as_of timestamptz
-- columns: table_name varchar, first_at timestamptz, last_at timestamptz
select
    table_name::varchar as table_name,
    first_at::timestamptz as first_at,
    least(last_at, $as_of)::timestamptz as last_at,
from fact_coverage
where records > 0 and coalesce(first_at <= $as_of, true)
order by table_name
