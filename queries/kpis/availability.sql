-- title: Availability of core endpoints
-- definition: Good requests as a share of valid requests of the core services' endpoints (every endpoint where no core
--   services are named), over the intervals that start in the window. Requests are weighed, percentages are never
--   averaged. `worst` is the lowest endpoint. `gap_minutes` is the time of the window, up to as_of, that endpoints were
--   not measured, added up over endpoints.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- table: availability
-- rows: rows/availability
-- adds up: ratio
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double, endpoints bigint, worst double,
--   gap_minutes double, left_out_no_requests bigint, left_out_more_good_than_valid bigint
with measured as (
    select
        endpoint,
        interval_start,
        interval_end,
        good,
        total,
        coalesce(total > 0 and good between 0 and total, false) as is_counted,
        coalesce(good > total and total > 0, false) as is_impossible,
    from availability
    where
        interval_start >= $start
        and interval_start < $end
        and interval_end <= $as_of
        and accepts($core_services, service)
        and accepts($services, service)
),

by_endpoint as (
    select
        endpoint,
        sum(good) filter (where is_counted) as good,
        sum(total) filter (where is_counted) as total,
        count(*) filter (where is_counted) as intervals,
        count(*) filter (where is_impossible) as impossible,
        count(*) filter (where not is_counted and not is_impossible) as no_requests,
        sum(minutes_between(interval_start, interval_end)) filter (where is_counted) as measured_minutes,
    from measured
    group by endpoint
),

overall as (
    select
        sum(good) as good,
        sum(total) as total,
        count(*) filter (where total > 0) as endpoints,
        min(good / total) as worst,
        sum(greatest(minutes_between($start, least($end, $as_of)) - coalesce(measured_minutes, 0), 0)) as gap_minutes,
        coalesce(sum(no_requests), 0) as no_requests,
        coalesce(sum(impossible), 0) as impossible,
    from by_endpoint
)

select
    (good / total)::double as value,
    coalesce(total, 0)::bigint as n,
    0::bigint as open,
    good::double as numerator,
    total::double as denominator,
    endpoints::bigint as endpoints,
    worst::double as worst,
    gap_minutes::double as gap_minutes,
    no_requests::bigint as left_out_no_requests,
    impossible::bigint as left_out_more_good_than_valid,
from overall
