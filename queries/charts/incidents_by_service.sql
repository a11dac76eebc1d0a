-- title: Incidents by service
-- definition: Incidents of the chosen severities opened in the window by service, with how many of them are P1, still open,
--   and repeats. Those without a service have the label NULL.
-- grain: one row per service, most incidents first
-- unit: incidents
-- better: lower
-- tables: incidents
-- rows: rows/incidents
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: label varchar, value double, n bigint, p1 bigint, open bigint, repeats bigint
with incident as (
    select service, severity_counted, recover_state, is_repeat,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
)

select
    service::varchar as label,
    count(*)::double as value,
    count(*)::bigint as n,
    count(*) filter (where severity_counted = 1)::bigint as p1,
    count(*) filter (where recover_state = 'open')::bigint as open,
    count(*) filter (where is_repeat)::bigint as repeats,
from incident
group by service
order by value desc, label
