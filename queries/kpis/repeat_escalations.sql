-- title: Repeat escalations
-- definition: Repeat incidents opened in the window of which a support ticket was escalated to engineering or to an
--   executive. Each counts once. NULL when no ticket linked to an incident records an escalation, or none covers the window.
-- grain: one row
-- unit: incidents
-- better: lower
-- leaves out: tickets not linked to an incident; incidents merged into another; suggested repeats that nobody confirmed
-- table: incidents, tickets
-- rows: rows/repeat_escalations
-- adds up: sum
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, repeats bigint, escalations bigint
with counted as (
    select
        count(*) filter (where is_repeat and is_escalated) as repeat_escalations,
        count(*) filter (where is_repeat and is_escalated and recover_state = 'open') as still_open,
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where is_escalated) as escalations,
        count(*) filter (where tells_repeats) as told,
        count(*) as incidents,
    from incidents_in($start, $end, $as_of, $services, $teams)
)

select
    case
        when covers('repeats', $start, $end, $as_of) and covers('escalations', $start, $end, $as_of)
            and (told > 0 or incidents = 0)
            then repeat_escalations
    end::double as value,
    repeat_escalations::bigint as n,
    still_open::bigint as open,
    repeats::bigint as repeats,
    escalations::bigint as escalations,
from counted
