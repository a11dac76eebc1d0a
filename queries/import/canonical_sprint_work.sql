-- title: Sprint work (this project's own CSV)
-- definition: One row per sprint, team and work type (root_cause, feature, other, unlabelled), in points.
-- source: canonical
-- table: sprint_work
-- requires: sprint ; work_type
-- any of: planned_points ; done_points
-- optional: starts_on ; ends_on ; team ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(sprint)::varchar as sprint,
    starts_on::varchar as starts_on,
    ends_on::varchar as ends_on,
    trim(team)::varchar as team,
    trim(work_type)::varchar as work_type,
    planned_points::varchar as planned_points,
    done_points::varchar as done_points,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
