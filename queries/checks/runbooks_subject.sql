-- title: A runbook belongs to something
-- definition: A runbook names a service or a problem, else nothing can be found by it.
-- grain: one row per row to set aside
-- table: runbooks
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'neither service nor problem'::varchar as reason,
    url::varchar as detail
from staged_runbooks
where service is null and problem_id is null
