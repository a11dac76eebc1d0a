-- title: Durations behind the median time to detect
-- definition: The minutes from start to detection of the incidents of the chosen severities opened in each window: how many took
--   each number of minutes.
-- grain: one row per window, state and number of minutes; minutes are NULL for what is in no duration
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, state varchar, minutes double, is_over boolean, n bigint, incident_id varchar
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select *, from detections_in('asked', $services, $teams) where accepts($severities, severity_counted)
)

select *, from tally_of('incident')
order by window_id, minutes, is_over, state
