-- title: Attempts behind the remediation that held
-- definition: How many days each attempt that counts has held, released in the year up to the end of each window.
-- grain: one row per window and ending
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], ended_after_days bigint
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, ended_after_days := 90
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean
with asked as (
    select *, from windows_of($windows, ['incidents'])
),

moment as (  -- noqa: ST03
    select distinct as_of, from asked
),

ending as (
    select
        asked.window_id,
        ending.issue_id,
        ending.came_back,
        ending.days_after_work as days,
        case
            when not ending.counts then 'before the first return'
        end as left_out,
    from asked
    inner join endings_at('moment', $services, $teams, $severities, $ended_after_days) as ending
        on asked.as_of = ending.as_of
    where
        ending.worked_at < asked.seen_until and ending.worked_at >= asked.seen_until - interval 365 day
)

select
    window_id,
    issue_id::varchar as issue_id,
    days::double as days,
    came_back::boolean as came_back,
from ending
where left_out is null
order by window_id, issue_id, days
