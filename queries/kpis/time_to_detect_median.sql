-- title: Median time to detect
-- definition: Median minutes from the start of an incident to its detection, of the incidents of the chosen severities
--   opened in the window that record both.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- noun: the median time to detect
-- short: detection
-- leaves out: incidents without a start or a detection stamp; detected before they began; times known to the day only
-- lacking: no incident says when it was detected: incidents.detected_at
-- tables: incidents
-- rows: rows/time_to_detect
-- adds up: median
-- samples: samples/time_to_detect
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_not_recorded bigint, left_out_reversed_times bigint,
--   left_out_day_only bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select *, from detections_in('asked', $services, $teams) where accepts($severities, severity_counted)
)

select * exclude (left_out_no_resolve_time, left_out_zero_length, left_out_severity_unknown),
from medians_in('asked', 'incident')
order by window_id
