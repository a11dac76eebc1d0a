-- title: P1 engaged within the target
-- definition: Share of P1 incidents opened in the window that a responder engaged at most $engage_minutes minutes after
--   detection (else opening). One that waits longer than that counts as missed; one still younger is undecided.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: share
-- choices: severity rule
-- by severity: yes
-- noun: the share of P1s engaged in time
-- short: engagement
-- leaves out: incidents that were over without an engagement recorded; engaged before detected; times known to the day only; incidents whose severity is unknown
-- lacking: no incident says when somebody engaged: incidents.engaged_at, incidents.acknowledged_at
-- tables: incidents
-- rows: rows/engaged_within_target
-- adds up: share
-- card: 4 P1 engaged within {engage}
-- audiences: support
-- params: windows windows, services varchar[], teams varchar[], engage_minutes double
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, engage_minutes := 15
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, left_out_not_recorded bigint, left_out_reversed_times bigint, left_out_day_only bigint,
--   left_out_severity_unknown bigint
with asked as (select *, from windows_of($windows, ['incidents'])),

incident as (
    select
        window_id,
        severity_counted = 1 as is_p1,
        state,
        case
            when state = 'engaged' then minutes <= $engage_minutes
            when state = 'waiting' and minutes > $engage_minutes then false
        end as is_in_time,
    from engagements_in('asked', $services, $teams)
    where severity_counted = 1 or severity_counted is null
),

counted as (
    select
        window_id,
        count_if(is_p1 and is_in_time) as in_time,
        count(is_in_time) filter (where is_p1) as decided,
        count_if(is_p1 and state = 'waiting' and is_in_time is null) as undecided,
        count_if(is_p1 and state = 'not recorded') as not_recorded,
        count_if(is_p1 and state = 'reversed times') as reversed_times,
        count_if(is_p1 and state = 'day only') as day_only,
        count_if(is_p1 is null) as severity_unknown,
    from incident
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
    coalesce(counted.day_only, 0)::bigint as left_out_day_only,
    coalesce(counted.severity_unknown, 0)::bigint as left_out_severity_unknown,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
