-- title: Incidents by day of the week
-- definition: Incidents of the chosen severities opened in the window by the day of the week they opened on, in the
--   organisation's zone: 1 is Monday, 7 Sunday; with how many of them are P1.
-- grain: one row per day of the week
-- unit: incidents
-- better: lower
-- tables: incidents
-- rows: rows/incidents
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   time_zone varchar
-- columns: weekday bigint, value double, n bigint, p1 bigint
with by_quarter_hour as (
    -- Offsets from UTC are whole quarters of an hour, so the zone is asked once per quarter, not once per incident.
    select
        epoch_us(opened_at) // 900000000 as quarter_hour,
        count(*) as incidents,
        count(*) filter (where severity_counted = 1) as p1,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
    group by quarter_hour
),

by_weekday as (
    select
        isodow(make_timestamptz(quarter_hour * 900000000) at time zone $time_zone) as weekday,
        sum(incidents) as incidents,
        sum(p1) as p1,
    from by_quarter_hour
    group by weekday
)

select
    every_day.weekday::bigint as weekday,
    coalesce(by_weekday.incidents, 0)::double as value,
    coalesce(by_weekday.incidents, 0)::bigint as n,
    coalesce(by_weekday.p1, 0)::bigint as p1,
from range(1, 8) as every_day(weekday)
left join by_weekday on every_day.weekday = by_weekday.weekday
where covers('incidents', $start, $end, $as_of)
order by every_day.weekday
