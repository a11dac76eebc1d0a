-- title: Capacity spent on root causes
-- definition: Points of root-cause work as a share of all points done, in the sprints that began in the window and ended
--   by as_of. Done points count, planned ones where none are recorded. Unlabelled work is in the denominator: it may
--   have been anything. `open` are sprints that still run.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: census
-- noun: the share of root-cause work
-- short: capacity
-- leaves out: work without points
-- tables: sprint_work
-- rows: rows/sprint_work
-- adds up: ratio
-- card: 8 Root-cause capacity
-- audiences: product
-- work card: 1 Root-cause capacity
-- params: windows windows, teams varchar[], time_zone varchar
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   teams := null, time_zone := 'Europe/Berlin'
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, unlabelled double, left_out_no_points bigint
with asked as (select *, from windows_of($windows, ['sprint_work'])),

sprint as (
    select
        sprint,
        team,
        work_type,
        coalesce(done_points, planned_points) as points,
        starts_on::timestamp at time zone $time_zone as starts_at,
        (ends_on + 1)::timestamp at time zone $time_zone as ends_at,
    from sprint_work
),

work as (
    select
        asked.window_id,
        sprint.sprint,
        sprint.work_type,
        sprint.points,
        coalesce(sprint.ends_at > asked.as_of, true) as is_running,
    from asked
    inner join sprint on asked.starts_at <= sprint.starts_at and asked.ends_at > sprint.starts_at
    where sprint.starts_at <= asked.as_of and accepts($teams, sprint.team)
),

counted as (
    select
        window_id,
        -- fsum: the order in which threads bring the rows must not show in the last digit.
        fsum(points) filter (where not is_running and work_type = 'root_cause') as root_cause,
        fsum(points) filter (where not is_running) as total,
        fsum(points) filter (where not is_running and coalesce(work_type, 'unlabelled') = 'unlabelled') as unlabelled,
        count(distinct sprint) filter (where not is_running and points is not null) as sprints,
        count(distinct sprint) filter (where is_running) as running,
        count_if(not is_running and points is null) as no_points,
    from work
    group by window_id
)

select
    asked.window_id,
    (coalesce(counted.root_cause, 0) / nullif(counted.total, 0))::double as value,
    coalesce(counted.sprints, 0)::bigint as n,
    coalesce(counted.running, 0)::bigint as open,
    asked.partial,
    case when counted.total is not null then coalesce(counted.root_cause, 0) end::double as numerator,
    counted.total::double as denominator,
    coalesce(counted.unlabelled, 0)::double as unlabelled,
    coalesce(counted.no_points, 0)::bigint as left_out_no_points,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
