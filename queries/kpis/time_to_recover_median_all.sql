-- title: Median time to recover, all incidents
-- definition: Kaplan-Meier median of the minutes from the recovery clock's start to the resolve stamp, of the incidents
--   of the chosen severities opened in the window. Open ones stay in as "at least their age". NULL with n above 0: half
--   or more are still open, the median is above `median_above`.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- choices: recovery clock
-- noun: the median time to recover
-- short: recovery
-- leaves out: closed ones without a resolve time; resolved before they began; resolved the moment they began (posted after the
--   fact); times known to the day only
-- lacking: no incident says when it was resolved: incidents.resolved_at, incidents.mitigated_at
-- tables: incidents
-- rows: rows/time_to_recover_all
-- adds up: median
-- reason: 2
-- samples: samples/time_to_recover_all
-- also on: time_to_recover_median
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_no_resolve_time bigint, left_out_reversed_times
--   bigint, left_out_zero_length bigint, left_out_day_only bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select *, from recoveries_in('asked', $services, $teams) where accepts($severities, severity_counted)
)

select * exclude (left_out_not_recorded, left_out_severity_unknown), from medians_in('asked', 'incident')
order by window_id
