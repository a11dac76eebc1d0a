-- title: What people called quiet
-- definition: The silences of single tools in which nothing happened, as somebody said on the Data page.
-- grain: one row per silence, in order
-- columns: table_name varchar, source varchar, starts_at timestamptz, ends_at timestamptz
select distinct
    table_name::varchar as table_name,
    source::varchar as source,
    starts_at::timestamptz as starts_at,
    ends_at::timestamptz as ends_at,
from quiet_spans
order by table_name, source, starts_at, ends_at
