-- title: Permanent endings: chronic issues that stayed away
-- definition: A chronic issue is declared over when the last of its open incidents is resolved. Share of the endings declared
--   in the year up to the window's end that held for at least $ended_after_days days: the Kaplan-Meier estimate, in which an
--   ending that has not come back by as_of counts as holding so far (`open`) and not as held for ever. It needs incidents
--   alone, so it means the same whatever else is exported; what released work achieved is remediation_holding_share. No figure
--   while no ending is that old.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: holding
-- noun: the share of endings that hold
-- short: endings
-- leaves out: endings before the issue's first repeat; issues still open; endings without a resolve time
-- tables: incidents
-- rows: rows/permanent_endings
-- adds up: held
-- covered by: incidents
-- samples: samples/permanent_endings
-- params: windows windows, services varchar[], teams varchar[], severities bigint[], ended_after_days bigint
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null, ended_after_days := 90
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint, left_out_still_open bigint, left_out_no_resolve_time bigint
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
        ending.days_over as days,
        case
            when not ending.counts then 'before the first return'
            when ending.is_open then 'still open'
            when ending.ended_at is null then 'no resolve time'
        end as left_out,
    from asked
    inner join endings_at('moment', $services, $teams, $severities, $ended_after_days) as ending
        on asked.as_of = ending.as_of
    where
        coalesce(ending.ended_at, ending.last_opened_at) < asked.seen_until
        and coalesce(ending.ended_at, ending.last_opened_at) >= asked.seen_until - interval 365 day
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
        count_if(left_out = 'still open') as still_open,
        count_if(left_out = 'no resolve time') as no_resolve_time,
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
    coalesce(totals.still_open, 0)::bigint as left_out_still_open,
    coalesce(totals.no_resolve_time, 0)::bigint as left_out_no_resolve_time,
from asked
left join held on asked.window_id = held.window_id
left join totals on asked.window_id = totals.window_id
order by asked.window_id
