-- title: Core changes with SLO statement and sign-off, per month
-- definition: Share of the changes to core services merged in each month of the organisation that carried an SLO impact
--   statement and a reliability sign-off no later than the merge, with its 90 % interval (low, high). NULL where there
--   are none.
-- grain: one row per month, oldest first
-- unit: share
-- better: higher
-- table: changes
-- rows: rows/core_changes
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, low double, high double, partial boolean
with period as (
    select * from periods_in('month', 'changes', $start, $end, $as_of, $time_zone)
),

change as (
    select
        coalesce(merged_at, released_at) as merged_at,
        nullif(trim(slo_impact_statement), '') is not null as has_statement,
        coalesce(reliability_signoff_at <= coalesce(merged_at, released_at), false) as has_sign_off,
        reliability_signoff_at is null and nullif(trim(reliability_signoff_by), '') is not null as is_time_unknown,
    from changes
    where
        coalesce(merged_at, released_at) >= $start
        and coalesce(merged_at, released_at) < $end
        and coalesce(merged_at, released_at) <= $as_of
        and accepts_any($core_services, service)
        and accepts_any($services, service)
        and accepts($teams, team)
),

counted as (
    select
        period.begins_at,
        count(*) filter (where change.has_statement and change.has_sign_off) as compliant,
        count(*) as decided,
    from change
    asof inner join period on change.merged_at >= period.begins_at
    where not (change.has_statement and change.is_time_unknown)
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    (counted.compliant / counted.decided)::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    wilson_low(counted.compliant, counted.decided)::double as low,
    wilson_high(counted.compliant, counted.decided)::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
