-- title: Engineers on the support floor
-- definition: Time engineers spent on the support floor in the window.
-- grain: one row per engineer, most hours first
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: engineer varchar, team varchar, turns bigint, hours double, last_on date
with turn as (
    select *
    from support_rotations
    where
        date::timestamp at time zone $time_zone >= $start
        and date::timestamp at time zone $time_zone < $end
        and date::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
)

select
    engineer::varchar as engineer,
    arg_max(team, date)::varchar as team,
    count(*)::bigint as turns,
    sum(hours)::double as hours,
    max(date)::date as last_on,
from turn
group by engineer
order by hours desc nulls last, engineer
