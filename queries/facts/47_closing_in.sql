-- title: The endings known at each window, beside its year
-- definition: Every ending as known at the as_of of each window that `windows` (a CTE made by windows_of) names, with where the
--   window's year begins and ends: the 365 days up to the end of the window.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, year_from timestamptz, year_until timestamptz, issue_id varchar, counts boolean,
--   is_open boolean, last_opened_at timestamptz, ended_at timestamptz, days_over double, worked_at timestamptz,
--   days_after_work double, came_back boolean
create or replace macro closing_in(windows, services, teams, severities, ended_after_days) as table
with moment as (  -- noqa: ST03
    select distinct as_of, from query_table(windows)
)

select
    asked.window_id,
    asked.seen_until - interval 365 day as year_from,
    asked.seen_until as year_until,
    ending.issue_id,
    ending.counts,
    ending.is_open,
    ending.last_opened_at,
    ending.ended_at,
    ending.days_over,
    ending.worked_at,
    ending.days_after_work,
    ending.came_back,
from query_table(windows) as asked
inner join endings_at('moment', services, teams, severities, ended_after_days) as ending
    on asked.as_of = ending.as_of
