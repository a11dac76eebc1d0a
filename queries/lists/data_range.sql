-- title: What the exports cover
-- definition: Per table how many records there are and the first and last instant they vouch for; before and after,
--   nothing is known. "repeats" and "escalations" appear when any record says of an incident that it is one.
-- grain: one row per table
-- columns: table_name varchar, records bigint, first_at timestamptz, last_at timestamptz
select
    table_name::varchar as table_name,
    records::bigint as records,
    first_at::timestamptz as first_at,
    last_at::timestamptz as last_at,
from fact_coverage
order by table_name
