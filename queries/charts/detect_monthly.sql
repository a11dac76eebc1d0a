-- title: Time to detect per month
-- definition: Median minutes from start to detection of the incidents of the chosen severities opened in each month of the
--   organisation, with the quartiles (low, high) and the ninth decile. NULL where none records both stamps.
-- grain: one row per month, oldest first
-- unit: minutes
-- better: lower
-- table: incidents
-- rows: rows/time_to_detect
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, low double, high double, p90 double, partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

incident as (
    select opened_at, detect_minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where detect_minutes is not null and accepts($severities, severity_counted)
),

measured as (
    select
        period.begins_at,
        count(*) as n,
        quantile_cont(incident.detect_minutes, [0.25, 0.5, 0.75, 0.9]) as quantiles,
    from incident
    asof inner join period on incident.opened_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    measured.quantiles[2]::double as value,
    coalesce(measured.n, 0)::bigint as n,
    measured.quantiles[1]::double as low,
    measured.quantiles[3]::double as high,
    measured.quantiles[4]::double as p90,
    period.partial::boolean as partial,
from period
left join measured on period.begins_at = measured.begins_at
order by period.begins_at
