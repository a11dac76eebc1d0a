-- title: Incidents whose severity was changed, per month
-- definition: Incidents whose severity was changed, by the month of the organisation they opened in: `lowered` are now
--   milder than their gravest, `raised` graver than their first. NULL where none records a history.
-- grain: one row per month, oldest first
-- unit: incidents
-- better: lower
-- table: incidents
-- rows: rows/reclassified
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, lowered bigint, raised bigint, partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

incident as (
    select
        opened_at,
        is_reclassified,
        severity_highest < severity as is_lowered,
        severity < severity_first as is_raised,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_reclassified is not null
),

counted as (
    select
        period.begins_at,
        count(*) filter (where incident.is_reclassified) as reclassified,
        count(*) as with_history,
        count(*) filter (where incident.is_lowered) as lowered,
        count(*) filter (where incident.is_raised) as raised,
    from incident
    asof inner join period on incident.opened_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    counted.reclassified::double as value,
    coalesce(counted.with_history, 0)::bigint as n,
    coalesce(counted.lowered, 0)::bigint as lowered,
    coalesce(counted.raised, 0)::bigint as raised,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
