-- title: Remediation of chronic issues that held
-- definition: Remediation is released work tied to a chronic issue: a change of kind remediation for its service, or work that
--   names it, or a roadmap entry for its service that promises fewer repeats. The first one after a return starts the
--   clock, not before the incident is resolved; later ones before the next return belong to the same attempt. Share of the
--   attempts of the year up to the window's end after which the issue stayed away for at least $ended_after_days days: the
--   Kaplan-Meier estimate, those not back by as_of (`open`) counting as away so far. No figure while none is that old.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: remediation before the issue's first repeat
-- table: incidents, changes, roadmap
-- rows: rows/remediation_holding
-- adds up: held
-- params: end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   ended_after_days bigint
-- columns: value double, n bigint, open bigint, came_back bigint, issues bigint,
--   left_out_before_the_first_return bigint
with ending as (
    select
        issue_id,
        came_back,
        days_after_work as days,
        case
            when not counts then 'before the first return'
        end as left_out,
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where
        worked_at < least($end, $as_of)
        and worked_at >= least($end, $as_of) - interval 365 day
),

totals as (
    select
        count(*) filter (where left_out is null) as endings,
        count(*) filter (where left_out is null and not came_back) as holding,
        count(*) filter (where left_out is null and came_back) as came_back,
        count(distinct issue_id) filter (where left_out is null) as issues,
        max(days) filter (where left_out is null) as longest,
        count(*) filter (where left_out = 'before the first return') as before_the_first_return,
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
from totals
cross join held
