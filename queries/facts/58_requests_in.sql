-- title: The measured intervals of each window
-- definition: One row for each interval of an endpoint that starts in a window and has ended by its as_of, of the core
--   services' endpoints (every endpoint where no core services are named). `is_counted` where it holds valid requests and
--   no more good ones than valid. `windows` names a CTE made by windows_of.
-- grain: one row per window, endpoint and interval
-- makes: macro
-- columns: window_id bigint, starts_at timestamptz, ends_at timestamptz, seen_until timestamptz, endpoint varchar,
--   interval_start timestamptz, interval_end timestamptz, good bigint, total bigint, objective double,
--   is_counted boolean, is_impossible boolean
create or replace macro requests_in(windows, services, core_services) as table
select
    asked.window_id,
    asked.starts_at,
    asked.ends_at,
    asked.seen_until,
    measured.endpoint,
    measured.interval_start,
    measured.interval_end,
    measured.good,
    measured.total,
    measured.objective,
    coalesce(measured.total > 0 and measured.good between 0 and measured.total, false) as is_counted,
    coalesce(measured.good > measured.total and measured.total > 0, false) as is_impossible,
from query_table(windows) as asked
inner join availability as measured
    on asked.starts_at <= measured.interval_start and asked.ends_at > measured.interval_start
where
    measured.interval_end <= asked.as_of
    and accepts(core_services, measured.service)
    and accepts(services, measured.service)
