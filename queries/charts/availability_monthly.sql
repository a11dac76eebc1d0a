-- title: Availability per month
-- definition: Good requests as a share of valid requests of the core services' endpoints (every endpoint where no core
--   services are named), over the intervals that start in each month of the organisation; low and high are the worst and
--   the best endpoint. NULL where nothing was measured.
-- grain: one row per month, oldest first
-- unit: share
-- better: higher
-- table: availability
-- rows: rows/availability
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, bad bigint, low double, high double, partial boolean
with period as (
    select * from periods_in('month', 'availability', $start, $end, $as_of, $time_zone)
),

measured as (
    select endpoint, interval_start, good, total,
    from availability
    where
        interval_start >= $start
        and interval_start < $end
        and interval_end <= $as_of
        and total > 0
        and good between 0 and total
        and accepts($core_services, service)
        and accepts($services, service)
),

by_endpoint as (
    select
        period.begins_at,
        measured.endpoint,
        sum(measured.good) as good,
        sum(measured.total) as total,
    from measured
    asof inner join period on measured.interval_start >= period.begins_at
    group by period.begins_at, measured.endpoint
),

overall as (
    select
        begins_at,
        sum(good) as good,
        sum(total) as total,
        min(good / total) as worst,
        max(good / total) as best,
    from by_endpoint
    group by begins_at
)

select
    period.begins_at::timestamptz as at,
    (overall.good / overall.total)::double as value,
    coalesce(overall.total, 0)::bigint as n,
    (overall.total - overall.good)::bigint as bad,
    overall.worst::double as low,
    overall.best::double as high,
    period.partial::boolean as partial,
from period
left join overall on period.begins_at = overall.begins_at
order by period.begins_at
