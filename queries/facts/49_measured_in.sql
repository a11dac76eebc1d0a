-- title: The measured intervals of one window
-- definition: Every interval of a core service's endpoint (of every endpoint where no core services are named) that starts in
--   [start, end), has ended by as_of and passes the filter. Without those that hold no valid requests, or more good than valid.
-- grain: one row per endpoint and interval
-- makes: macro
-- columns: as availability
create or replace macro measured_in("start", "end", as_of, services, core_services) as table
select *,
from availability
where
    interval_start >= "start"
    and interval_start < "end"
    and interval_end <= as_of
    and total > 0
    and good between 0 and total
    and accepts(core_services, service)
    and accepts(services, service)
