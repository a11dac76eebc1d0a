-- title: Permanent endings: chronic issues that stayed away
-- definition: A chronic issue is declared over when the last of its open incidents is resolved. Share of the endings declared
--   in the year up to the window's end that held for at least $ended_after_days days: the Kaplan-Meier estimate, in which an
--   ending that has not come back by as_of counts as holding so far (`open`) and not as held for ever. It needs incidents
--   alone, so it means the same whatever else is exported; what released work achieved is told beside it. No figure
--   while no ending is that old.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: holding
-- choices: recovery clock, repeat look-back
-- noun: the share of endings that hold
-- short: endings
-- leaves out: endings before the issue's first repeat; issues still open; endings without a resolve time
-- lacking: no incident says that it repeats another or which problem it is of: incidents.repeat_of, incidents.problem_id,
--   incidents.root_cause_id
-- tables: incidents
-- rows: rows/permanent_endings
-- adds up: held
-- covered by: incidents
-- samples: samples/permanent_endings
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], ended_after_days bigint
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, ended_after_days := 90
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint, left_out_still_open bigint, left_out_no_resolve_time bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

ending as (  -- noqa: ST03
    select *, from declared_in('asked', $services, $teams, $severities)
)

select *, from held_in('asked', 'ending', $ended_after_days)
order by window_id
