-- title: The endings declared in the year up to the end of each window
-- definition: Every time a chronic issue was declared over in the 365 days up to the window's end, as known at its as_of: how
--   many days it held, whether it came back, and why it is left out, else NULL. `windows` names a CTE made by windows_of.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean, left_out varchar
create or replace macro declared_in(windows, services, teams, severities, ended_after_days) as table
with moment as (  -- noqa: ST03
    select distinct as_of, from query_table(windows)
)

select
    asked.window_id,
    ending.issue_id::varchar as issue_id,
    ending.days_over::double as days,
    ending.came_back::boolean as came_back,
    case
        when not ending.counts then 'before the first return'
        when ending.is_open then 'still open'
        when ending.ended_at is null then 'no resolve time'
    end as left_out,
from query_table(windows) as asked
inner join endings_at('moment', services, teams, severities, ended_after_days) as ending
    on asked.as_of = ending.as_of
where
    coalesce(ending.ended_at, ending.last_opened_at) < asked.seen_until
    and coalesce(ending.ended_at, ending.last_opened_at) >= asked.seen_until - interval 365 day
