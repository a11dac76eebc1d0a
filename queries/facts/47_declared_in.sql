-- title: The endings declared in the year up to the end of each window
-- definition: Every time a chronic issue was declared over in the 365 days up to the window's end, as known at its as_of: how
--   many days it held, whether it came back, and why it is left out, else NULL. `windows` names a CTE made by windows_of.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean, left_out varchar
create or replace macro declared_in(windows, services, teams, severities, ended_after_days) as table
select
    window_id,
    issue_id::varchar as issue_id,
    days_over::double as days,
    came_back::boolean as came_back,
    case
        when not counts then 'before the first return'
        when is_open then 'still open'
        when ended_at is null then 'no resolve time'
    end as left_out,
from closing_in(windows, services, teams, severities, ended_after_days)
where
    coalesce(ended_at, last_opened_at) < year_until
    and coalesce(ended_at, last_opened_at) >= year_from
