-- title: Requests per endpoint and day
-- definition: Good and valid requests of the core services' endpoints (every endpoint where no core services are named)
--   per day of the organisation, the minutes that were measured, the failures that the objective
--   allows (that of the endpoint, $availability where it has none of its own), the length of the shortest interval in minutes, and when the first
--   interval began and the last one ended. An interval belongs to the day it begins in.
-- grain: one row per endpoint and day, oldest first
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   time_zone varchar, availability double
-- columns: endpoint varchar, day date, good bigint, valid bigint, allowed double, measured_minutes double,
--   interval_minutes double, first_at timestamptz, last_at timestamptz
select
    endpoint::varchar as endpoint,
    (interval_start at time zone $time_zone)::date as day,
    sum(good)::bigint as good,
    sum(total)::bigint as valid,
    sum((1 - coalesce(objective, $availability)) * total)::double as allowed,
    sum(minutes_between(interval_start, interval_end))::double as measured_minutes,
    min(minutes_between(interval_start, interval_end))::double as interval_minutes,
    min(interval_start)::timestamptz as first_at,
    max(interval_end)::timestamptz as last_at,
from measured_in($start, $end, $as_of, $services, $core_services)
group by all
order by day, endpoint
