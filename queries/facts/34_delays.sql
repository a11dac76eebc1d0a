-- title: How late records come
-- definition: Per table, from the last 364 days: `late_days` has for each source the days within which 95 of 100 records
--   were recorded, NULL for a source that does not say when (or says the same time for both); `lag_days` the percentiles 0
--   to 100 of the known delays.
-- grain: one row per table with records
-- makes: table fact_delays
-- columns: table_name varchar, late_days double[], lag_days double[]
with arrival as (
    select 'incidents' as table_name, source, opened_at as happened_at, recorded_at, from fact_incidents
    union all
    select 'repeats' as table_name, source, opened_at as happened_at, recorded_at, from fact_incidents
    union all
    select 'nps_responses' as table_name, source, responded_at as happened_at, recorded_at, from nps_responses
),

lag as (
    select
        arrival.table_name,
        arrival.source,
        -- greatest() passes over NULLs: a record that does not say when it came would have come at once.
        case
            when arrival.recorded_at is not null
                then greatest(date_diff('second', arrival.happened_at, arrival.recorded_at), 0) / 86400.0
        end as days,
    from arrival
    inner join fact_coverage as coverage on arrival.table_name = coverage.table_name
    where arrival.happened_at > coverage.last_at - interval 364 day
),

source_lag as (
    select
        table_name,
        source,
        case when max(days) > 0 then quantile_cont(days, 0.95) end as late_days,
    from lag
    group by table_name, source
),

slowest as (
    select table_name, list(late_days order by source) as late_days,
    from source_lag
    group by table_name
),

spread as (
    select lag.table_name, quantile_cont(lag.days, [percent / 100.0 for percent in range(101)]) as lag_days,
    from lag
    inner join source_lag on lag.table_name = source_lag.table_name and lag.source = source_lag.source
    where source_lag.late_days is not null and lag.days is not null
    group by lag.table_name
)

select
    slowest.table_name::varchar as table_name,
    slowest.late_days::double[] as late_days,
    coalesce(spread.lag_days, [])::double[] as lag_days,
from slowest
left join spread on slowest.table_name = spread.table_name
