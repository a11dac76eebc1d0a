-- title: The endings that released work brought in the year up to the end of each window
-- definition: As declared_in, of the issues that work was released on in those 365 days; the days are those after the work.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean, left_out varchar
create or replace macro worked_in(windows, services, teams, severities, ended_after_days) as table
with moment as (  -- noqa: ST03
    select distinct as_of, from query_table(windows)
)

select
    asked.window_id,
    ending.issue_id::varchar as issue_id,
    ending.days_after_work::double as days,
    ending.came_back::boolean as came_back,
    case when not ending.counts then 'before the first return' end as left_out,
from query_table(windows) as asked
inner join endings_at('moment', services, teams, severities, ended_after_days) as ending
    on asked.as_of = ending.as_of
where ending.worked_at < asked.seen_until and ending.worked_at >= asked.seen_until - interval 365 day
