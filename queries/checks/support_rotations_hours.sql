-- title: Hours fit into a day
-- definition: A rotation lasts, and is planned to last, between 0 and 24 hours.
-- grain: one row per row to set aside
-- table: support_rotations
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'hours outside 0-24'::varchar as reason,
    case when hours not between 0 and 24 then hours else planned_hours end::varchar as detail
from staged_support_rotations
where hours not between 0 and 24 or planned_hours not between 0 and 24
