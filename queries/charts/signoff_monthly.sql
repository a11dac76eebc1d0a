-- title: Time from request to sign-off, per month
-- definition: Median of the minutes from the request of a change to a core service to its reliability sign-off, of the
--   sign-offs given in each month of the organisation, with the quartiles (low, high). NULL where there are none.
-- grain: one row per month, oldest first
-- unit: minutes
-- better: lower
-- leaves out: changes still waiting; changes without both times; sign-offs before the request
-- tables: changes
-- rows: rows/signoffs
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[], time_zone varchar
-- columns: at timestamptz, ends_at timestamptz, value double, n bigint, low double, high double, partial boolean
with period as (
    select * from periods_in('month', 'changes', $start, $end, $as_of, $time_zone)
),

signoff as (
    select
        reliability_signoff_at as signed_at,
        minutes_between(requested_at, reliability_signoff_at) as minutes,
    from changes
    where
        reliability_signoff_at >= $start
        and reliability_signoff_at < $end
        and reliability_signoff_at <= $as_of
        and requested_at <= reliability_signoff_at
        and accepts_any($core_services, service)
        and accepts_any($services, service)
        and accepts($teams, team)
),

counted as (
    select
        period.begins_at,
        count(*) as signoffs,
        median(signoff.minutes) as middle,
        quantile_cont(signoff.minutes, 0.25) as low,
        quantile_cont(signoff.minutes, 0.75) as high,
    from signoff
    asof inner join period on signoff.signed_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    least(period.ends_at, $end)::timestamptz as ends_at,
    counted.middle::double as value,
    coalesce(counted.signoffs, 0)::bigint as n,
    counted.low::double as low,
    counted.high::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
