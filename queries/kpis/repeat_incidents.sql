-- title: Repeat incidents
-- definition: Incidents opened in the window that are the return of an earlier one: explicitly linked, or with the
--   problem id or root-cause id of one opened within the look-back, or flagged on a support ticket, or confirmed by a
--   person; what a person rejected is not. Each counts once. NULL when no export covers the window, or the tools its
--   incidents come from never say of any what it repeats. `linked` is how many carry a link or a problem id, of a tool or
--   of a person: when that share moves, the count moves with it.
-- grain: one row per window
-- unit: incidents
-- better: lower
-- family: count
-- choices: repeat look-back
-- noun: repeat incidents
-- short: repeats
-- verb: are
-- leaves out: maintenance, drills and tests; incidents merged into another; suggested repeats that nobody confirmed
-- lacking: no incident says that it repeats another or which problem it is of: incidents.repeat_of, incidents.problem_id,
--   incidents.root_cause_id
-- tables: incidents
-- rows: rows/repeats
-- adds up: sum
-- covered by: repeats
-- also on: repeat_escalations
-- beside: repeat_escalations / escalations: of escalations are repeats; repeats / incidents: of incidents are repeats;
--   linked / incidents: of incidents are linked to a problem or an earlier one
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, by_link bigint, by_problem bigint,
--   by_ticket bigint, by_person bigint, linked bigint, incidents bigint,
--   repeats bigint, escalations bigint, repeat_escalations bigint
with asked as (select *, from windows_of($windows, ['repeats'])),

counted as (
    select
        window_id,
        sum(n) filter (where is_repeat) as repeats,
        sum(n) filter (where is_repeat and is_open) as still_open,
        sum(n) filter (where repeat_rule = 'explicit link') as by_link,
        sum(n) filter (where repeat_rule in ('shared problem', 'shared root cause')) as by_problem,
        sum(n) filter (where repeat_rule = 'ticket flag') as by_ticket,
        sum(n) filter (where repeat_rule in ('confirmed by a person', 'joined by a person')) as by_person,
        sum(n) filter (where is_linked) as linked,
        sum(n) filter (where is_escalated) as escalations,
        sum(n) filter (where is_repeat and is_escalated) as repeat_escalations,
        sum(n) as incidents,
        sum(n) filter (where tells_repeats) as told,
    from repeat_tallies_in('asked', $services, $teams, $severities)
    group by window_id
)

select
    asked.window_id,
    case
        when asked.covered and (coalesce(counted.incidents, 0) = 0 or counted.told > 0)
            then coalesce(counted.repeats, 0)
    end::double as value,
    coalesce(counted.repeats, 0)::bigint as n,
    coalesce(counted.still_open, 0)::bigint as open,
    asked.partial,
    coalesce(counted.by_link, 0)::bigint as by_link,
    coalesce(counted.by_problem, 0)::bigint as by_problem,
    coalesce(counted.by_ticket, 0)::bigint as by_ticket,
    coalesce(counted.by_person, 0)::bigint as by_person,
    coalesce(counted.linked, 0)::bigint as linked,
    coalesce(counted.incidents, 0)::bigint as incidents,
    coalesce(counted.repeats, 0)::bigint as repeats,
    coalesce(counted.escalations, 0)::bigint as escalations,
    coalesce(counted.repeat_escalations, 0)::bigint as repeat_escalations,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
