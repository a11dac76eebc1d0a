-- title: A sprint ends after it starts
-- definition: The last day of a sprint is not before its first.
-- grain: one row per row to set aside
-- table: sprint_work
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'the sprint ends before it starts'::varchar as reason,
    concat(starts_on, ' to ', ends_on)::varchar as detail
from staged_sprint_work
where ends_on < starts_on
