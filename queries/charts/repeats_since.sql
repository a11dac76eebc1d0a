-- title: Repeat incidents since the start
-- definition: Repeat incidents opened since the start of the window, added up day by day to the end of each day in the
--   organisation's zone (`at`), the last one to as_of. NULL where no export covers the day.
-- grain: one row per day, oldest first
-- unit: incidents
-- better: lower
-- table: incidents
-- rows: rows/repeats
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   time_zone varchar
-- columns: at timestamptz, value double, n bigint, partial boolean
with period as (
    select * from periods_in('day', 'repeats', $start, $end, $as_of, $time_zone)
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
),

running as (
    select
        least(period.ends_at, $end, $as_of) as ends_at,
        period.covered as is_covered,
        period.ends_at > $as_of as is_cut,
        coalesce(sum(counted.incidents) over (order by period.begins_at), 0) as incidents,
    from period
    left join counted on period.begins_at = counted.begins_at
)

select
    ends_at::timestamptz as at,
    case when is_covered then incidents end::double as value,
    incidents::bigint as n,
    is_cut::boolean as partial,
from running
order by ends_at
