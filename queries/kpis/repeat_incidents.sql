-- title: Repeat incidents
-- definition: Incidents opened in the window that are the return of an earlier one: explicitly linked, or with the
--   problem id or root-cause id of one opened within the look-back, or flagged on a support ticket, or confirmed by a
--   person; what a person rejected is not. Each counts once. NULL when no export covers the window, or the tools its
--   incidents come from never say of any what it repeats. `linked` is how many carry a link or a problem id, of a tool or
--   of a person: when that share moves, the count moves with it.
-- grain: one row
-- unit: incidents
-- better: lower
-- leaves out: maintenance, drills and tests; incidents merged into another; suggested repeats that nobody confirmed
-- table: incidents
-- rows: rows/repeats
-- adds up: sum
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, by_link bigint, by_problem bigint, by_ticket bigint,
--   by_person bigint, linked bigint, incidents bigint
with incident as (
    select * from incidents_in($start, $end, $as_of, $services, $teams)
),

counted as (
    select
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where is_repeat and recover_state = 'open') as still_open,
        count(*) filter (where repeat_rule = 'explicit link') as by_link,
        count(*) filter (where repeat_rule in ('shared problem', 'shared root cause')) as by_problem,
        count(*) filter (where repeat_rule = 'ticket flag') as by_ticket,
        count(*) filter (where repeat_rule in ('confirmed by a person', 'joined by a person')) as by_person,
        count(*) filter (
            where repeat_of is not null or problem_id is not null or repeat_rule <> 'ticket flag'
        ) as linked,
        count(*) filter (where tells_repeats) as told,
        count(*) as incidents,
    from incident
)

select
    case when covers('repeats', $start, $end, $as_of) and (told > 0 or incidents = 0) then repeats end::double as value,
    repeats::bigint as n,
    still_open::bigint as open,
    by_link::bigint as by_link,
    by_problem::bigint as by_problem,
    by_ticket::bigint as by_ticket,
    by_person::bigint as by_person,
    linked::bigint as linked,
    incidents::bigint as incidents,
from counted
