-- title: Engineering teams on the support floor
-- definition: Turns of engineers on the support floor in the window, by team, and how many of their weeks had one. No
--   export says which turns were planned.
-- grain: one row per team, most hours first
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: team varchar, turns bigint, engineers bigint, weeks bigint, hours double, first_on date, last_on date
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
    team::varchar as team,
    count(*)::bigint as turns,
    count(distinct engineer)::bigint as engineers,
    count(distinct date_trunc('week', date))::bigint as weeks,
    sum(hours)::double as hours,
    min(date)::date as first_on,
    max(date)::date as last_on,
from turn
group by team
order by hours desc nulls last, turns desc, team
