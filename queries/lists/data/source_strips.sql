-- title: What each tool covers, week by week
-- definition: Per tool of incidents, tickets, alerts and answers its weeks of seven days from its first record up to its newest, those that
--   follow each other and are alike as one stretch: "records" where it recorded anything, "none" where it recorded nothing.
--   `last_at` is its newest record, `silence_days` how long it may be silent by chance.
-- grain: one row per table, tool and stretch, in order
-- columns: table_name varchar, source varchar, state varchar, starts_at timestamptz, ends_at timestamptz, records bigint,
--   last_at timestamptz, silence_days double
with counted as (
    select
        record.table_name,
        span.source,
        span.first_at,
        span.last_at,
        span.silence_days,
        (epoch_us(record.happened_at) - epoch_us(span.first_at)) // 604800000000 as week,
        count(*) as records,
    from tool_records() as record
    inner join fact_source_spans as span
        on record.table_name = span.table_name and record.source is not distinct from span.source
    where record.happened_at is not null
    group by all
),

run as (
    select *, week - row_number() over (partition by table_name, source order by week) as run_number
    from counted
),

spoken as (
    select
        table_name,
        source,
        first_at,
        last_at,
        silence_days,
        min(week) as first_week,
        max(week) + 1 as end_week,
        sum(records) as records,
    from run
    group by table_name, source, first_at, last_at, silence_days, run_number
),

stretch as (
    select *, 'records' as state, from spoken
    union all
    select * replace (
        end_week as first_week,
        lead(first_week) over (partition by table_name, source order by first_week) as end_week,
        0 as records
    ), 'none' as state,
    from spoken
)

select
    table_name::varchar as table_name,
    coalesce(source, '')::varchar as source,
    state::varchar as state,
    (first_at + to_days((7 * first_week)::integer))::timestamptz as starts_at,
    least(first_at + to_days((7 * end_week)::integer), greatest(last_at, first_at))::timestamptz as ends_at,
    records::bigint as records,
    last_at::timestamptz as last_at,
    silence_days::double as silence_days,
from stretch
where end_week is not null
order by table_name, source, starts_at
