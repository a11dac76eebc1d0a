-- title: Engineering teams on the support floor
-- definition: Turns that engineers held on the support floor in the window, by team, and how many of their weeks had one,
--   beside the turns that were planned. A planned turn without hours was not held; planned is 0 where no export records
--   a plan.
-- grain: one row per team, most hours first
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: team varchar, turns bigint, planned bigint, planned_held bigint, engineers bigint, weeks bigint, hours double,
--   planned_hours double, first_on date, last_on date
with turn as (
    select
        *,
        coalesce(hours, 0) > 0 or planned_hours is null as is_held,
        coalesce(planned_hours, 0) > 0 as is_planned,
    from support_rotations
    where
        date::timestamp at time zone $time_zone >= $start
        and date::timestamp at time zone $time_zone < $end
        and date::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
)

select
    team::varchar as team,
    (count(*) filter (where is_held))::bigint as turns,
    (count(*) filter (where is_planned))::bigint as planned,
    (count(*) filter (where is_planned and is_held))::bigint as planned_held,
    (count(distinct engineer) filter (where is_held))::bigint as engineers,
    (count(distinct date_trunc('week', date)) filter (where is_held))::bigint as weeks,
    sum(hours)::double as hours,
    sum(planned_hours)::double as planned_hours,
    (min(date) filter (where is_held))::date as first_on,
    (max(date) filter (where is_held))::date as last_on,
from turn
group by team
order by hours desc nulls last, turns desc, team
