-- title: The share of endings that held, of the windows asked about
-- definition: held_of for every window, also one without endings, with how many endings count, hold so far and came back, and
--   what is left out. `windows` names a CTE made by windows_of, `endings` one made by declared_in or worked_in.
-- grain: one row per window
-- makes: macro
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint, left_out_still_open bigint, left_out_no_resolve_time bigint
create or replace macro held_in(windows, endings, ended_after_days) as table
with counted as (  -- noqa: ST03
    select *, from query_table(endings) where left_out is null
),

held as (
    select *, from held_of('counted', ended_after_days)
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
    from query_table(endings)
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
from query_table(windows) as asked
left join held on asked.window_id = held.window_id
left join totals on asked.window_id = totals.window_id
