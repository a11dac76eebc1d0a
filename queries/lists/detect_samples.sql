-- title: Durations behind the median time to detect
-- definition: The minutes from start to detection of incidents of the chosen severities opened in the window, for
--   resampling: how many took each number of minutes.
-- grain: one row per number of minutes
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: minutes double, ended boolean, n bigint
with incident as (
    select detect_minutes as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted) and detect_minutes is not null
)

select
    minutes::double as minutes,
    true::boolean as ended,
    count(*)::bigint as n,
from incident
group by minutes
order by minutes
