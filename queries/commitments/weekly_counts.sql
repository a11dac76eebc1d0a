-- title: Counts per week of a promise's window
-- definition: Incidents opened in each 7 days since the start of the window, counted in every way a promise may count
--   them. Weeks run from the window's own start, not from Monday, so that a window of 90 days has 12 whole ones; `whole`
--   is false for the last one where the window or as_of cuts it. P1 by the severity that counts, and beside it
--   by the last and by the first one: a second opinion. `told` are those of a tool that names repeats at all.
-- grain: one row per week, oldest first, also where nothing happened
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   severities bigint[]
-- columns: week bigint, whole boolean, incidents bigint, p1 bigint, p1_final bigint, p1_first bigint, repeats bigint,
--   repeats_by_flag bigint, escalations bigint, repeat_escalations bigint, reclassified bigint, linked bigint,
--   told bigint, open_p1 bigint, severity_unknown bigint
with incident as (
    select
        *,
        floor(minutes_between($start, opened_at) / 10080) as week,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

span as (
    select greatest(minutes_between($start, least($end, $as_of)), 0) as minutes
),

-- An hour or two of slack: the clocks may change within the window.
week_of_window as (
    select
        unnest(range(cast(ceil((minutes - 120) / 10080) as bigint))) as week,
        minutes,
    from span
),

counted as (
    select
        -- What the slack cut off the last week belongs to it.
        least(incident.week, (select max(week) from week_of_window)) as week,
        count(*) as incidents,
        count_if(severity_counted = 1) as p1,
        count_if(severity = 1) as p1_final,
        count_if(coalesce(severity_first, severity) = 1) as p1_first,
        count_if(is_repeat) as repeats,
        count_if(is_repeat and repeat_rule = 'ticket flag') as repeats_by_flag,
        count_if(is_escalated) as escalations,
        count_if(is_repeat and is_escalated) as repeat_escalations,
        count_if(is_reclassified) as reclassified,
        count_if(repeat_of is not null or problem_id is not null or coalesce(repeat_rule <> 'ticket flag', false))
            as linked,
        count_if(tells_repeats) as told,
        count_if(severity_counted = 1 and recover_state = 'open') as open_p1,
        count_if(severity_counted is null) as severity_unknown,
    from incident
    group by all
)

select
    week_of_window.week::bigint as week,
    ((week_of_window.week + 1) * 10080 <= week_of_window.minutes + 120)::boolean as whole,
    coalesce(counted.incidents, 0)::bigint as incidents,
    coalesce(counted.p1, 0)::bigint as p1,
    coalesce(counted.p1_final, 0)::bigint as p1_final,
    coalesce(counted.p1_first, 0)::bigint as p1_first,
    coalesce(counted.repeats, 0)::bigint as repeats,
    coalesce(counted.repeats_by_flag, 0)::bigint as repeats_by_flag,
    coalesce(counted.escalations, 0)::bigint as escalations,
    coalesce(counted.repeat_escalations, 0)::bigint as repeat_escalations,
    coalesce(counted.reclassified, 0)::bigint as reclassified,
    coalesce(counted.linked, 0)::bigint as linked,
    coalesce(counted.told, 0)::bigint as told,
    coalesce(counted.open_p1, 0)::bigint as open_p1,
    coalesce(counted.severity_unknown, 0)::bigint as severity_unknown,
from week_of_window
left join counted on week_of_window.week = counted.week
order by week_of_window.week
