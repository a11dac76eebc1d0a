-- title: Remediation of chronic issues that held
-- definition: Remediation is released work tied to a chronic issue: a change of kind remediation for its service, or work that
--   names it, or a roadmap entry for its service that promises fewer repeats. The first one after a return starts the
--   clock, not before the incident is resolved; later ones before the next return belong to the same attempt. Share of the
--   attempts of the year up to the window's end after which the issue stayed away for at least $ended_after_days days: the
--   Kaplan-Meier estimate, those not back by as_of (`open`) counting as away so far. No figure while none is that old.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: holding
-- noun: the share of remediation that holds
-- short: remediation
-- leaves out: remediation before the issue's first repeat
-- tables: incidents, changes, roadmap
-- rows: rows/remediation_holding
-- adds up: held
-- covered by: incidents
-- samples: samples/remediation_holding
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], ended_after_days bigint
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, ended_after_days := 90
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

ending as (  -- noqa: ST03
    select *, from worked_in('asked', $services, $teams, $severities, $ended_after_days)
)

select * exclude (left_out_still_open, left_out_no_resolve_time), from held_in('asked', 'ending', $ended_after_days)
order by window_id
