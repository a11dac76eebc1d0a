-- title: Alerts that needed action, per month
-- definition: Actionable alerts as a share of the labelled alerts fired in each month of the organisation, with its 90 %
--   interval (low, high). NULL where none is labelled.
-- grain: one row per month, oldest first
-- unit: share
-- better: higher
-- table: alerts
-- rows: rows/alerts
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, fired bigint, actionable bigint, low double, high double,
--   partial boolean
with period as (
    select * from periods_in('month', 'alerts', $start, $end, $as_of, $time_zone)
),

alert as (
    select fired_at, actionable,
    from alerts
    where fired_at >= $start and fired_at < $end and fired_at <= $as_of and accepts($services, service)
),

counted as (
    select
        period.begins_at,
        count(*) as fired,
        count(alert.actionable) as labelled,
        count(*) filter (where alert.actionable) as actionable,
    from alert
    asof inner join period on alert.fired_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    (counted.actionable / nullif(counted.labelled, 0))::double as value,
    coalesce(counted.labelled, 0)::bigint as n,
    coalesce(counted.fired, 0)::bigint as fired,
    coalesce(counted.actionable, 0)::bigint as actionable,
    wilson_low(counted.actionable, counted.labelled)::double as low,
    wilson_high(counted.actionable, counted.labelled)::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
