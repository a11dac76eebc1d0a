-- title: Incidents by hour of the day
-- definition: Incidents of the chosen severities opened in the window by the hour of the day they opened at, in the
--   organisation's zone, with how many of them are P1. One whose opening is known to the day only is in none.
-- grain: one row per hour, 0 to 23
-- unit: incidents
-- better: lower
-- tables: incidents
-- rows: rows/incidents
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   time_zone varchar
-- columns: hour bigint, value double, n bigint, p1 bigint
with by_quarter_hour as (
    -- Offsets from UTC are whole quarters of an hour, so the zone is asked once per quarter, not once per incident.
    select
        epoch_us(opened_at) // 900000000 as quarter_hour,
        count(*) as incidents,
        count(*) filter (where severity_counted = 1) as p1,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted) and not coalesce(list_contains(day_only, 'opened_at'), false)
    group by quarter_hour
),

by_hour as (
    select
        extract(hour from make_timestamptz(quarter_hour * 900000000) at time zone $time_zone) as hour,
        sum(incidents) as incidents,
        sum(p1) as p1,
    from by_quarter_hour
    group by hour
)

select
    every_hour.hour::bigint as hour,
    coalesce(by_hour.incidents, 0)::double as value,
    coalesce(by_hour.incidents, 0)::bigint as n,
    coalesce(by_hour.p1, 0)::bigint as p1,
from range(24) as every_hour(hour)
left join by_hour on every_hour.hour = by_hour.hour
where covers('incidents', $start, $end, $as_of)
order by every_hour.hour
