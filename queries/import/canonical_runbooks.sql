-- title: Runbooks (this project's own CSV)
-- definition: One row per runbook of a service or of one of its known problems.
-- source: canonical
-- table: runbooks
-- requires: url ; updated_at
-- any of: service ; problem_id
-- optional: exported_at
-- excludes: id ; incident_id ; ticket_id ; number ; change_id ; item_id ; title ; name ; status ; state ;
--   created_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(service)::varchar as service,
    regexp_replace(trim(problem_id), '\s+', ' ', 'g')::varchar as problem_id,
    trim(url)::varchar as url,
    updated_at::varchar as updated_at,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
