-- title: Incidents per month
-- definition: Incidents of the chosen severities by the month they opened in.
--   Months are the organisation's; a month the window, the data or as_of cuts is partial.
--   NULL where no export covers the month.
-- grain: one row per month, oldest first, also where nothing happened
-- unit: incidents
-- better: lower
-- table: incidents
-- rows: rows/incidents
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   severities bigint[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

by_quarter_hour as (
    -- Periods begin on whole quarters of an hour in every zone: far fewer rows to place than incidents.
    select
        make_timestamptz(epoch_us(opened_at) // 900000000 * 900000000) as quarter_hour,
        count(*) as incidents,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
    group by quarter_hour
),

counted as (
    select
        period.begins_at,
        sum(by_quarter_hour.incidents) as incidents,
    from by_quarter_hour
    asof inner join period on by_quarter_hour.quarter_hour >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    case when period.covered then coalesce(counted.incidents, 0) end::double as value,
    coalesce(counted.incidents, 0)::bigint as n,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
