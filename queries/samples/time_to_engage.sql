-- title: Durations behind the median time to engage, P1
-- definition: The minutes from detection (else opening) to engagement of the P1 incidents opened in each window,
--   those still waiting with their age: how many took each number of minutes.
-- grain: one row per window, state and number of minutes; minutes are NULL for what is in no duration
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null
-- columns: window_id bigint, state varchar, minutes double, is_over boolean, n bigint, incident_id varchar
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select * replace (
        case when severity_counted = 1 then minutes end as minutes,
        case when severity_counted = 1 then state else 'severity unknown' end as state
    )
    from engagements_in('asked', $services, $teams)
    where severity_counted = 1 or severity_counted is null
)

select *, from tally_of('incident')
order by window_id, minutes, is_over, state
