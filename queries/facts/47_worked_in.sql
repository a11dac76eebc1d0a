-- title: The endings that released work brought in the year up to the end of each window
-- definition: As declared_in, of the issues that work was released on in those 365 days; the days are those after the work.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean, left_out varchar
create or replace macro worked_in(windows, services, teams, severities, ended_after_days) as table
select
    window_id,
    issue_id::varchar as issue_id,
    days_after_work::double as days,
    came_back::boolean as came_back,
    case when not counts then 'before the first return' end as left_out,
from closing_in(windows, services, teams, severities, ended_after_days)
where worked_at < year_until and worked_at >= year_from
