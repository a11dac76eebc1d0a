-- title: Turns on the support floor per week
-- definition: Turns that engineers held on the support floor by week. Weeks begin on Monday in the organisation's zone; a week the
--   window, the data or as_of cuts is partial. NULL where no export covers the week.
-- grain: one row per week, oldest first, also where nobody was there
-- unit: turns
-- better: higher
-- tables: support_rotations
-- rows: rows/support_rotations
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, partial boolean
with period as (
    select * from periods_in('week', 'support_rotations', $start, $end, $as_of, $time_zone)
),

turn as (
    select date::timestamp at time zone $time_zone as at,
    from support_rotations
    where
        date::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
        and (coalesce(hours, 0) > 0 or planned_hours is null)
),

counted as (
    select
        period.begins_at,
        count(turn.at) as turns,
    from period
    left join turn on turn.at >= greatest(period.begins_at, $start) and turn.at < least(period.ends_at, $end)
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    case when period.covered then counted.turns end::double as value,
    counted.turns::bigint as n,
    period.partial::boolean as partial,
from period
inner join counted on period.begins_at = counted.begins_at
order by period.begins_at
