-- title: Time to recover per month, P1
-- definition: Kaplan-Meier median of the minutes from the recovery clock's start to the resolve stamp, of the P1 incidents
--   opened in each month of the organisation, with the quartiles (low, high) and the ninth decile. Open ones
--   stay in as "at least their age". NULL where there are none, or where too many are open to tell.
-- grain: one row per month, oldest first
-- unit: minutes
-- better: lower
-- table: incidents
-- rows: rows/time_to_recover
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, open bigint, low double, high double, p90 double, partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

incident as (
    select
        opened_at,
        coalesce(recover_minutes, open_minutes) as minutes,
        recover_state = 'recovered' as is_over,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 and recover_state in ('recovered', 'open')
),

at_minute as (
    select
        period.begins_at,
        incident.minutes,
        count(*) filter (where incident.is_over) as ended,
        count(*) as leaving,
    from incident
    asof inner join period on incident.opened_at >= period.begins_at
    group by period.begins_at, incident.minutes
),

at_risk as (
    select
        *,
        sum(leaving) over (partition by begins_at order by minutes desc) as at_risk,
    from at_minute
),

-- The share still open after each minute at which one ended: the product of (1 - ended / at risk).
curve as (
    select
        begins_at,
        minutes,
        exp(
            sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end)
                over (partition by begins_at order by minutes)
        ) as share_open,
    from at_risk
    where ended > 0
),

quantile as (
    select
        begins_at,
        min(minutes) filter (where share_open <= 0.5 + 1e-9) as middle,
        min(minutes) filter (where share_open < 0.5 - 1e-9) as past_middle,
        min(minutes) filter (where share_open <= 0.75 + 1e-9) as quarter,
        min(minutes) filter (where share_open <= 0.25 + 1e-9) as three_quarters,
        min(minutes) filter (where share_open <= 0.1 + 1e-9) as nine_tenths,
    from curve
    group by begins_at
),

counted as (
    select
        begins_at,
        sum(leaving) as measured,
        sum(leaving - ended) as running,
    from at_minute
    group by begins_at
)

select
    period.begins_at::timestamptz as at,
    ((quantile.middle + coalesce(quantile.past_middle, quantile.middle)) / 2)::double as value,
    coalesce(counted.measured, 0)::bigint as n,
    coalesce(counted.running, 0)::bigint as open,
    quantile.quarter::double as low,
    quantile.three_quarters::double as high,
    quantile.nine_tenths::double as p90,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
left join quantile on period.begins_at = quantile.begins_at
order by period.begins_at
