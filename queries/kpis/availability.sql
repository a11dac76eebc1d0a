-- title: Availability of core endpoints
-- definition: Good requests as a share of valid requests of the core services' endpoints (every endpoint where no core
--   services are named), over the intervals that start in the window. Requests are weighed, percentages are never
--   averaged. `worst` is the lowest endpoint. `gap_minutes` is the time of the window, up to as_of, that endpoints were
--   not measured, added up over endpoints.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: availability
-- noun: availability
-- short: availability
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- volume: million requests
-- tables: availability
-- rows: rows/availability
-- adds up: ratio
-- card: 5 Core API availability
-- audiences: product
-- digits: availability
-- params: windows windows, services varchar[], core_services varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, core_services := ['checkout-api', 'payments-gateway']
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, endpoints bigint, worst double, gap_minutes double, left_out_no_requests bigint,
--   left_out_more_good_than_valid bigint
with asked as (select *, from windows_of($windows, ['availability'])),

by_endpoint as (
    select
        window_id,
        endpoint,
        any_value(minutes_between(starts_at, seen_until)) as window_minutes,
        sum(good) filter (where is_counted) as good,
        sum(total) filter (where is_counted) as total,
        count_if(is_impossible) as impossible,
        count_if(not is_counted and not is_impossible) as no_requests,
        sum(minutes_between(interval_start, interval_end)) filter (where is_counted) as measured_minutes,
    from requests_in('asked', $services, $core_services)
    group by window_id, endpoint
),

overall as (
    select
        window_id,
        sum(good) as good,
        sum(total) as total,
        count_if(total > 0) as endpoints,
        min(good / total) as worst,
        sum(greatest(window_minutes - coalesce(measured_minutes, 0), 0)) as gap_minutes,
        sum(no_requests) as no_requests,
        sum(impossible) as impossible,
    from by_endpoint
    group by window_id
)

select
    asked.window_id,
    (overall.good / overall.total)::double as value,
    coalesce(overall.total, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    overall.good::double as numerator,
    overall.total::double as denominator,
    coalesce(overall.endpoints, 0)::bigint as endpoints,
    overall.worst::double as worst,
    overall.gap_minutes::double as gap_minutes,
    coalesce(overall.no_requests, 0)::bigint as left_out_no_requests,
    coalesce(overall.impossible, 0)::bigint as left_out_more_good_than_valid,
from asked
left join overall on asked.window_id = overall.window_id
order by asked.window_id
