-- title: Points are not negative
-- definition: Planned and done points are 0 or more.
-- grain: one row per row to set aside
-- table: sprint_work
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'negative points'::varchar as reason,
    concat('planned ', planned_points, ', done ', done_points)::varchar as detail
from staged_sprint_work
where planned_points < 0 or done_points < 0
