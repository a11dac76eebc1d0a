-- title: Median time to detect
-- definition: Median minutes from the start of an incident to its detection, of the incidents of the chosen severities
--   opened in the window that record both.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- noun: the median time to detect
-- short: detection
-- leaves out: incidents without a start or a detection stamp; detected before they began
-- tables: incidents
-- rows: rows/time_to_detect
-- adds up: median
-- samples: samples/time_to_detect
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_not_recorded bigint, left_out_reversed_times bigint
with asked as (
    select *, from windows_of($windows, ['incidents'])
),

incident as (
    select *,
    from detections_in('asked', $services, $teams)
    where accepts($severities, severity_counted)
),

duration as (  -- noqa: ST03
    select
        window_id,
        minutes,
        true as is_over,
    from incident
    where state = 'detected'
),

quantile as (
    select *, from medians_of('duration')
),

counted as (
    select
        window_id,
        count_if(state = 'not recorded') as not_recorded,
        count_if(state = 'reversed times') as reversed_times,
    from incident
    group by window_id
)

select
    asked.window_id,
    quantile.middle::double as value,
    coalesce(quantile.measured, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    quantile.above::double as median_above,
    quantile.quarter::double as quarter,
    quantile.three_quarters::double as three_quarters,
    quantile.nine_tenths::double as nine_tenths,
    coalesce(counted.not_recorded, 0)::bigint as left_out_not_recorded,
    coalesce(counted.reversed_times, 0)::bigint as left_out_reversed_times,
from asked
left join quantile on asked.window_id = quantile.window_id
left join counted on asked.window_id = counted.window_id
order by asked.window_id
