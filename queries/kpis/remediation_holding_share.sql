-- title: Remediation of chronic issues that held
-- definition: Remediation is released work tied to a chronic issue: a change of kind remediation for its service, or work that
--   names it, or a roadmap entry for its service that promises fewer repeats. The first one after a return starts the
--   clock, not before the incident is resolved; later ones before the next return belong to the same attempt. Share of the
--   attempts of the year up to the window's end after which the issue stayed away for at least $ended_after_days days: the
--   Kaplan-Meier estimate, those not back by as_of (`open`) counting as away so far. No figure while none is that old.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: holding
-- noun: the share of remediation that holds
-- short: remediation
-- leaves out: remediation before the issue's first repeat
-- tables: incidents, changes, roadmap
-- rows: rows/remediation_holding
-- adds up: held
-- covered by: incidents
-- samples: samples/remediation_holding
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], ended_after_days bigint
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, ended_after_days := 90
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint
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
),

counted as (  -- noqa: ST03
    select *, from ending where left_out is null
),

held as (
    select *, from held_of('counted', $ended_after_days)
),

totals as (
    select
        window_id,
        count_if(left_out is null) as endings,
        count_if(left_out is null and not came_back) as holding,
        count_if(left_out is null and came_back) as came_back,
        count(distinct issue_id) filter (where left_out is null) as issues,
        count_if(left_out = 'before the first return') as before_the_first_return,
    from ending
    group by window_id
)

select
    asked.window_id,
    held.share::double as value,
    coalesce(totals.endings, 0)::bigint as n,
    coalesce(totals.holding, 0)::bigint as open,
    asked.partial,
    coalesce(totals.came_back, 0)::bigint as came_back,
    coalesce(totals.issues, 0)::bigint as issues,
    coalesce(totals.before_the_first_return, 0)::bigint as left_out_before_the_first_return,
from asked
left join held on asked.window_id = held.window_id
left join totals on asked.window_id = totals.window_id
order by asked.window_id
