-- title: Endings behind the share that held
-- definition: How many days each ending that counts has held, declared in the year up to the end of each window.
-- grain: one row per window and ending
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

ending as (
    select *, from declared_in('asked', $services, $teams, $severities)
)

select * exclude (left_out), from ending
where left_out is null
order by window_id, issue_id, days
