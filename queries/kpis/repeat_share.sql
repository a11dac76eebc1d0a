-- title: Share of incidents that are repeats
-- definition: Repeat incidents as a share of the incidents opened in the window, of tools that ever say of an incident what
--   it repeats. It falls only when problems stay away, not merely because there are fewer incidents.
-- grain: one row per window
-- unit: share
-- better: lower
-- family: share
-- choices: repeat look-back
-- noun: the share of repeats
-- short: repeats
-- leaves out: maintenance, drills and tests; incidents merged into another; suggested repeats that nobody confirmed;
--   incidents of tools that never name a repeat
-- lacking: no incident says that it repeats another or which problem it is of: incidents.repeat_of, incidents.problem_id,
--   incidents.root_cause_id
-- tables: incidents
-- rows: rows/repeat_share
-- adds up: share
-- covered by: repeats
-- also on: repeat_escalations
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, left_out_source_tells_no_repeats bigint
with asked as (select *, from windows_of($windows, ['repeats'])),

counted as (
    select
        window_id,
        sum(n) filter (where is_repeat) as repeats,
        sum(n) filter (where tells_repeats) as incidents,
        sum(n) filter (where not tells_repeats) as untold,
    from repeat_tallies_in('asked', $services, $teams, $severities)
    group by window_id
)

select
    asked.window_id,
    case when asked.covered then coalesce(counted.repeats, 0) / nullif(counted.incidents, 0) end::double as value,
    coalesce(counted.incidents, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.repeats, 0)::double as numerator,
    coalesce(counted.incidents, 0)::double as denominator,
    coalesce(counted.untold, 0)::bigint as left_out_source_tells_no_repeats,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
