-- title: The work behind: capacity spent on root causes
-- definition: Work of each kind in each sprint that began in the window. Root-cause points contribute, weighed by all
--   points of sprints that have ended: the share is the sum of `contributes` over the sum of `weight`.
-- grain: one row per sprint, team and kind of work, newest sprint first
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar, limit bigint
-- columns: sprint varchar, starts_on date, ends_on date, team varchar, work_type varchar, planned_points double,
--   done_points double, contributes double, weight double, left_out varchar, source varchar, source_file varchar,
--   source_line bigint
with work as (
    select
        *,
        coalesce(done_points, planned_points) as points,
        case
            when ends_on is null or (ends_on + 1)::timestamp at time zone $time_zone > $as_of then 'undecided'
            when coalesce(done_points, planned_points) is null then 'no points'
        end as left_out,
    from sprint_work
    where
        starts_on::timestamp at time zone $time_zone >= $start
        and starts_on::timestamp at time zone $time_zone < $end
        and starts_on::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
)

select
    sprint::varchar as sprint,
    starts_on::date as starts_on,
    ends_on::date as ends_on,
    team::varchar as team,
    work_type::varchar as work_type,
    planned_points::double as planned_points,
    done_points::double as done_points,
    case when left_out is null then if(coalesce(work_type = 'root_cause', false), points, 0) end::double
        as contributes,
    case when left_out is null then points end::double as weight,
    left_out::varchar as left_out,
    unnest(source_of(work)),
from work
order by starts_on desc, sprint, team, work_type
limit $limit
