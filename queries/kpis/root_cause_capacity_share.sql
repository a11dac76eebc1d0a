-- title: Capacity spent on root causes
-- definition: Points of root-cause work as a share of all points done, in the sprints that began in the window and ended
--   by as_of. Done points count, planned ones where none are recorded. Unlabelled work is in the denominator: it may
--   have been anything. `open` are sprints that still run.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: work without points
-- table: sprint_work
-- rows: rows/sprint_work
-- adds up: ratio
-- params: start timestamptz, end timestamptz, as_of timestamptz, teams varchar[], time_zone varchar
-- columns: value double, n bigint, open bigint, numerator double, denominator double, unlabelled double,
--   left_out_no_points bigint
with work as (
    select
        sprint,
        work_type,
        coalesce(done_points, planned_points) as points,
        ends_on is null or (ends_on + 1)::timestamp at time zone $time_zone > $as_of as is_running,
    from sprint_work
    where
        starts_on::timestamp at time zone $time_zone >= $start
        and starts_on::timestamp at time zone $time_zone < $end
        and starts_on::timestamp at time zone $time_zone <= $as_of
        and accepts($teams, team)
),

counted as (
    select
        sum(points) filter (where not is_running and work_type = 'root_cause') as root_cause,
        sum(points) filter (where not is_running) as total,
        sum(points) filter (where not is_running and coalesce(work_type, 'unlabelled') = 'unlabelled') as unlabelled,
        count(distinct sprint) filter (where not is_running and points is not null) as sprints,
        count(distinct sprint) filter (where is_running) as running,
        count(*) filter (where not is_running and points is null) as no_points,
    from work
)

select
    (coalesce(root_cause, 0) / nullif(total, 0))::double as value,
    sprints::bigint as n,
    running::bigint as open,
    case when total is not null then coalesce(root_cause, 0) end::double as numerator,
    total::double as denominator,
    coalesce(unlabelled, 0)::double as unlabelled,
    no_points::bigint as left_out_no_points,
from counted
