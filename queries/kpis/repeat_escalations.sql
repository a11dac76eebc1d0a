-- title: Repeat escalations
-- definition: Repeat incidents opened in the window of which a support ticket was escalated to engineering or to an
--   executive. Each counts once. NULL when no ticket linked to an incident records an escalation, or none covers the window.
-- grain: one row per window
-- unit: incidents
-- better: lower
-- family: count
-- choices: repeat look-back
-- noun: repeat escalations
-- short: repeats
-- verb: are
-- leaves out: tickets not linked to an incident; incidents merged into another; suggested repeats that nobody confirmed
-- lacking: no incident says that it repeats another or which problem it is of: incidents.repeat_of, incidents.problem_id,
--   incidents.root_cause_id
-- tables: incidents, tickets
-- rows: rows/repeat_escalations
-- adds up: sum
-- chart: 3 month
-- covered by: repeats, escalations
-- card: 3 Repeat escalations
-- audiences: support
-- instead: repeat_incidents
-- beside: repeat_escalations / escalations: of escalations are repeats; repeats / incidents: of incidents are repeats;
--   linked / incidents: of incidents are linked to a problem or an earlier one
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, repeats bigint, escalations
--   bigint, by_ticket bigint, linked bigint, incidents bigint,
--   repeat_escalations bigint
with asked as (select *, from windows_of($windows, ['repeats', 'escalations'])),

counted as (
    select
        window_id,
        sum(n) filter (where is_repeat and is_escalated) as repeat_escalations,
        sum(n) filter (where is_repeat and is_escalated and is_open) as still_open,
        sum(n) filter (where is_repeat) as repeats,
        sum(n) filter (where is_escalated) as escalations,
        sum(n) filter (where repeat_rule = 'ticket flag') as by_ticket,
        sum(n) filter (where is_linked) as linked,
        sum(n) as incidents,
        sum(n) filter (where tells_repeats) as told,
    from repeat_tallies_in('asked', $services, $teams, $severities)
    group by window_id
)

select
    asked.window_id,
    case
        when asked.covered and (coalesce(counted.incidents, 0) = 0 or counted.told > 0)
            then coalesce(counted.repeat_escalations, 0)
    end::double as value,
    coalesce(counted.repeat_escalations, 0)::bigint as n,
    coalesce(counted.still_open, 0)::bigint as open,
    asked.partial,
    coalesce(counted.repeats, 0)::bigint as repeats,
    coalesce(counted.escalations, 0)::bigint as escalations,
    coalesce(counted.by_ticket, 0)::bigint as by_ticket,
    coalesce(counted.linked, 0)::bigint as linked,
    coalesce(counted.incidents, 0)::bigint as incidents,
    coalesce(counted.repeat_escalations, 0)::bigint as repeat_escalations,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
