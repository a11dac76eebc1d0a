-- title: When each tool's records begin and end
-- definition: Per table and tool the first and last record, and how long the tool is silent at most by chance: 9.21 over its
--   records a day, which of a steady tool one silence in ten thousand exceeds, and at least 14 days. A tool with one record
--   has no pace.
-- grain: one row per table and tool
-- makes: table fact_source_spans
-- columns: table_name varchar, source varchar, records bigint, first_at timestamptz, last_at timestamptz,
--   silence_days double
with span as (
    select
        table_name,
        source,
        count(*) as records,
        min(happened_at) as first_at,
        max(happened_at) as last_at,
    from tool_records()
    where happened_at is not null
    group by table_name, source
)

select
    table_name::varchar as table_name,
    source::varchar as source,
    records::bigint as records,
    first_at::timestamptz as first_at,
    last_at::timestamptz as last_at,
    case
        when records > 1 then greatest(14, 9.21 * (epoch(last_at) - epoch(first_at)) / 86400 / (records - 1))
    end::double as silence_days,
from span
