-- title: Tickets (this project's own CSV)
-- definition: One row per support ticket, in this project's own column names.
-- source: canonical
-- table: tickets
-- requires: ticket_id ; created_at
-- any of: account_id ; subject ; priority ; service ; incident_id ; problem_id ; repeat_flag
-- optional: status ; solved_at ; updated_at ; escalated_to_engineering_at ; escalated_to_executive_at ;
--   exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(ticket_id)::varchar as ticket_id,
    trim(account_id)::varchar as account_id,
    subject::varchar as subject,
    service::varchar as service,
    priority::varchar as priority,
    status::varchar as status,
    created_at::varchar as created_at,
    solved_at::varchar as solved_at,
    updated_at::varchar as updated_at,
    trim(incident_id)::varchar as incident_id,
    regexp_replace(trim(problem_id), '\s+', ' ', 'g')::varchar as problem_id,
    repeat_flag::varchar as repeat_flag,
    escalated_to_engineering_at::varchar as escalated_to_engineering_at,
    escalated_to_executive_at::varchar as escalated_to_executive_at,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
