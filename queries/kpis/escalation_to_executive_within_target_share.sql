-- title: Repeats that reached an executive within the target
-- definition: Share of repeat incidents opened in the window of which a ticket reached an executive at most
--   $executive_hours hours after the incident opened. A repeat that never did, or does so later, counts as missed; one
--   still younger is undecided. It is not recorded where the support tool never says that a ticket reached an executive.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: share
-- choices: repeat look-back
-- noun: the share of repeats that reach an executive in time
-- short: executive escalation
-- leaves out: repeats of which the support tool records no executive; reached an executive before the incident opened
-- lacking: no ticket says when it reached an executive: tickets.escalated_to_executive_at
-- tables: incidents, tickets
-- rows: rows/escalation_to_executive
-- adds up: share
-- audiences: support
-- covered by: repeats, escalations
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], executive_hours double
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, executive_hours := 6
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, left_out_not_recorded bigint, left_out_reversed_times bigint
with asked as (select *, from windows_of($windows, ['repeats', 'escalations'])),

repeat as (
    select
        window_id,
        escalated_executive_at is not null or tells_executive as is_recorded,
        minutes_between(opened_at, escalated_executive_at) / 60 as hours,
        minutes_between(opened_at, as_of) / 60 as age_hours,
    from repeats_in('asked', $services, $teams, $severities)
    where is_repeat
),

judged as (
    select
        window_id,
        is_recorded,
        hours < 0 as is_reversed,
        case
            when hours >= 0 then hours <= $executive_hours
            when hours is null and is_recorded and age_hours > $executive_hours then false
        end as is_in_time,
        hours is null and is_recorded and age_hours <= $executive_hours as is_undecided,
    from repeat
),

counted as (
    select
        window_id,
        count_if(is_in_time) as in_time,
        count(is_in_time) as decided,
        count_if(is_undecided) as undecided,
        count_if(not is_recorded) as not_recorded,
        count_if(is_reversed) as reversed_times,
    from judged
    group by window_id
)

select
    asked.window_id,
    (counted.in_time / nullif(counted.decided, 0))::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    coalesce(counted.undecided, 0)::bigint as open,
    asked.partial,
    coalesce(counted.in_time, 0)::double as numerator,
    coalesce(counted.decided, 0)::double as denominator,
    coalesce(counted.not_recorded, 0)::bigint as left_out_not_recorded,
    coalesce(counted.reversed_times, 0)::bigint as left_out_reversed_times,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
