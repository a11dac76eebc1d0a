-- title: Permanent endings: chronic issues that stayed away
-- definition: A chronic issue is declared over when the last of its open incidents is resolved. Share of the endings declared
--   in the year up to the window's end that held for at least $ended_after_days days: the Kaplan-Meier estimate, in which an
--   ending that has not come back by as_of counts as holding so far (`open`) and not as held for ever. It needs incidents
--   alone, so it means the same whatever else is exported; what released work achieved is remediation_holding_share. No figure
--   while no ending is that old.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: endings before the issue's first repeat; issues still open; endings without a resolve time
-- table: incidents
-- rows: rows/permanent_endings
-- adds up: held
-- params: end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   ended_after_days bigint
-- columns: value double, n bigint, open bigint, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint, left_out_still_open bigint, left_out_no_resolve_time bigint
with ending as (
    select
        issue_id,
        came_back,
        days_over as days,
        case
            when not counts then 'before the first return'
            when is_open then 'still open'
            when ended_at is null then 'no resolve time'
        end as left_out,
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where
        coalesce(ended_at, last_opened_at) < least($end, $as_of)
        and coalesce(ended_at, last_opened_at) >= least($end, $as_of) - interval 365 day
),

totals as (
    select
        count(*) filter (where left_out is null) as endings,
        count(*) filter (where left_out is null and not came_back) as holding,
        count(*) filter (where left_out is null and came_back) as came_back,
        count(distinct issue_id) filter (where left_out is null) as issues,
        max(days) filter (where left_out is null) as longest,
        count(*) filter (where left_out = 'before the first return') as before_the_first_return,
        count(*) filter (where left_out = 'still open') as still_open,
        count(*) filter (where left_out = 'no resolve time') as no_resolve_time,
    from ending
),

at_day as (
    select
        days,
        count(*) filter (where came_back) as back,
        count(*) as leaving,
    from ending
    where left_out is null
    group by days
),

at_risk as (
    select
        days,
        back,
        sum(leaving) over (order by days desc) as at_risk,
    from at_day
),

-- The share that held: the product of (1 - back / at risk) over the days before the agreed one.
held as (
    select exp(sum(case when back = at_risk then -1e3 else ln(1 - back / at_risk) end)) as share_holding,
    from at_risk
    where back > 0 and days < $ended_after_days
)

select
    case
        when totals.longest >= $ended_after_days or held.share_holding < 1e-9
            then round(coalesce(held.share_holding, 1), 12)
    end::double as value,
    totals.endings::bigint as n,
    totals.holding::bigint as open,
    totals.came_back::bigint as came_back,
    totals.issues::bigint as issues,
    totals.before_the_first_return::bigint as left_out_before_the_first_return,
    totals.still_open::bigint as left_out_still_open,
    totals.no_resolve_time::bigint as left_out_no_resolve_time,
from totals
cross join held
