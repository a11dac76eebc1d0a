-- title: Root-cause work per sprint
-- definition: Points of root-cause work as a share of all points of each sprint that began in the window. Done points
--   count, planned ones where none are recorded; a sprint that still runs is partial. `at` is the morning it began in the
--   organisation's zone.
-- grain: one row per sprint, oldest first
-- unit: share
-- better: higher
-- tables: sprint_work
-- rows: rows/sprint_work
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: at timestamptz, sprint varchar, ends_at timestamptz, value double, n bigint, points double,
--   root_cause double, feature double, other double, unlabelled double, planned_points double,
--   done_points double, planned_share double, partial boolean
with work as (
    select
        sprint,
        starts_on,
        ends_on,
        coalesce(done_points, planned_points) as points,
        planned_points,
        done_points,
        case when work_type in ('root_cause', 'feature', 'other') then work_type else 'unlabelled' end as work_type,
    from sprint_work
    where
        starts_on::timestamp at time zone $time_zone >= $start
        and starts_on::timestamp at time zone $time_zone < $end
        and starts_on::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
),

by_sprint as (
    select
        sprint,
        min(starts_on) as starts_on,
        max(ends_on) as ends_on,
        count(*) as records,
        sum(points) as points,
        coalesce(sum(points) filter (where work_type = 'root_cause'), 0) as root_cause,
        coalesce(sum(points) filter (where work_type = 'feature'), 0) as feature,
        coalesce(sum(points) filter (where work_type = 'other'), 0) as other,
        coalesce(sum(points) filter (where work_type = 'unlabelled'), 0) as unlabelled,
        coalesce(sum(planned_points) filter (where work_type = 'root_cause'), 0) as planned_root_cause,
        sum(planned_points) as planned_points,
        sum(done_points) as done_points,
    from work
    group by sprint
),

with_instants as (
    select
        *,
        starts_on::timestamp at time zone $time_zone as begins_at,
        (ends_on + 1)::timestamp at time zone $time_zone as ends_at,
    from by_sprint
)

select
    begins_at::timestamptz as at,
    sprint::varchar as sprint,
    ends_at::timestamptz as ends_at,
    (root_cause / nullif(points, 0))::double as value,
    records::bigint as n,
    points::double as points,
    root_cause::double as root_cause,
    feature::double as feature,
    other::double as other,
    unlabelled::double as unlabelled,
    planned_points::double as planned_points,
    done_points::double as done_points,
    (planned_root_cause / nullif(planned_points, 0))::double as planned_share,
    coalesce(ends_at > $as_of, true)::boolean as partial,
from with_instants
order by begins_at, sprint
