-- title: Time to engage since the start, P1
-- definition: Kaplan-Meier median of the minutes from detection (else opening) to engagement, of the P1
--   incidents opened since the start of the window, as it was known at the end of each week of it (`at`), the last one at
--   as_of. One that ended after `at` stays in as "at least its age" then.
-- grain: one row per week since the start, oldest first
-- unit: minutes
-- better: lower
-- table: incidents
-- rows: rows/time_to_engage
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, open bigint, partial boolean
with boundary as (
    select unnest(generate_series(
        $start at time zone $time_zone + interval 7 day,
        least($end, $as_of) at time zone $time_zone,
        interval 7 day
    )) at time zone $time_zone as seen_at
    union
    select least($end, $as_of) as seen_at
),

moment as (
    select seen_at from boundary where seen_at > $start
),

incident as (
    select *
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 and engage_state in ('engaged', 'waiting')
),

seen as (
    select
        moment.seen_at,
        coalesce(incident.engage_at <= moment.seen_at, false) as is_over,
        case
            when incident.engage_at <= moment.seen_at then incident.engage_minutes
            else greatest(minutes_between(incident.engage_from, moment.seen_at), 0)
        end as minutes,
    from moment
    inner join incident on moment.seen_at > incident.opened_at
),

at_minute as (
    select
        seen_at,
        minutes,
        count(*) filter (where is_over) as ended,
        count(*) as leaving,
    from seen
    group by seen_at, minutes
),

at_risk as (
    select
        *,
        sum(leaving) over (partition by seen_at order by minutes desc) as at_risk,
    from at_minute
),

curve as (
    select
        seen_at,
        minutes,
        exp(
            sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end)
                over (partition by seen_at order by minutes)
        ) as share_waiting,
    from at_risk
    where ended > 0
),

quantile as (
    select
        seen_at,
        min(minutes) filter (where share_waiting <= 0.5 + 1e-9) as middle,
        min(minutes) filter (where share_waiting < 0.5 - 1e-9) as past_middle,
    from curve
    group by seen_at
),

counted as (
    select
        seen_at,
        sum(leaving) as measured,
        sum(leaving - ended) as running,
    from at_minute
    group by seen_at
)

select
    moment.seen_at::timestamptz as at,
    ((quantile.middle + coalesce(quantile.past_middle, quantile.middle)) / 2)::double as value,
    coalesce(counted.measured, 0)::bigint as n,
    coalesce(counted.running, 0)::bigint as open,
    (moment.seen_at < $end and moment.seen_at = $as_of)::boolean as partial,
from moment
left join counted on moment.seen_at = counted.seen_at
left join quantile on moment.seen_at = quantile.seen_at
order by moment.seen_at
