-- title: Repeat incidents per week
-- definition: Repeat incidents by the week they opened in.
--   Weeks begin on Monday in the organisation's zone; a week the window, the data or as_of cuts is partial.
--   NULL where no export covers the week.
-- grain: one row per week, oldest first, also where nothing happened
-- unit: incidents
-- better: lower
-- table: incidents
-- rows: rows/repeats
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, partial boolean
with period as (
    select * from periods_in('week', 'repeats', $start, $end, $as_of, $time_zone)
),

incident as (
    select opened_at
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat
),

counted as (
    select
        period.begins_at,
        count(*) as incidents,
    from incident
    asof inner join period on incident.opened_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    case when period.covered then coalesce(counted.incidents, 0) end::double as value,
    coalesce(counted.incidents, 0)::bigint as n,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
