-- title: The turns behind: turns on the support floor per week
-- definition: Every turn of an engineer on the support floor in the window, held or only planned. Who it was stays in the export: file and line
--   lead there.
-- grain: one row per turn, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar, limit bigint
-- columns: date date, team varchar, planned_hours double, hours double, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
with turn as (
    select
        *,
        coalesce(hours, 0) > 0 or planned_hours is null as is_held,
        date::timestamp at time zone $time_zone as begins_at,
    from support_rotations
    where accepts($teams, team)
)

select
    date::date as date,
    team::varchar as team,
    planned_hours::double as planned_hours,
    hours::double as hours,
    case when is_held then 1 end::double as contributes,
    case when not is_held then 'planned, not held' end::varchar as left_out,
    unnest(source_of(turn)),
from turn
where begins_at >= $start and begins_at < $end and begins_at <= $as_of
order by date desc, team, source_file, source_line
limit $limit
