-- title: Requests per endpoint and day
-- definition: Good and valid requests of the core services' endpoints (every endpoint where no core services are named)
--   per day of the organisation, the minutes that were measured, the failures that the objective
--   allows (that of the endpoint, $availability where it has none of its own), and the length of the shortest interval in minutes. An
--   interval belongs to the day it begins in.
-- grain: one row per endpoint and day, oldest first
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   time_zone varchar, availability double
-- columns: endpoint varchar, day date, good bigint, valid bigint, allowed double, measured_minutes double,
--   interval_minutes double
select
    endpoint::varchar as endpoint,
    (interval_start at time zone $time_zone)::date as day,
    sum(good)::bigint as good,
    sum(total)::bigint as valid,
    sum((1 - coalesce(objective, $availability)) * total)::double as allowed,
    sum(minutes_between(interval_start, interval_end))::double as measured_minutes,
    min(minutes_between(interval_start, interval_end))::double as interval_minutes,
from availability
where
    interval_start >= $start
    and interval_start < $end
    and interval_end <= $as_of
    and total > 0
    and good between 0 and total
    and accepts($core_services, service)
    and accepts($services, service)
group by all
order by day, endpoint
