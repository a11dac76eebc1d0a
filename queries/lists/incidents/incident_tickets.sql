-- title: The tickets of an incident
-- definition: Support tickets linked to an incident, with the customer and the escalations.
-- grain: one row per ticket, oldest first
-- params: incident_id varchar
-- columns: ticket_id varchar, subject varchar, account_id varchar, account varchar, priority varchar, status varchar,
--   created_at timestamptz, solved_at timestamptz, repeat_flag boolean, escalated_to_engineering_at timestamptz,
--   escalated_to_executive_at timestamptz, source varchar, source_file varchar, source_line bigint
select
    tickets.ticket_id::varchar as ticket_id,
    tickets.subject::varchar as subject,
    tickets.account_id::varchar as account_id,
    accounts.name::varchar as account,
    tickets.priority::varchar as priority,
    tickets.status::varchar as status,
    tickets.created_at::timestamptz as created_at,
    tickets.solved_at::timestamptz as solved_at,
    tickets.repeat_flag::boolean as repeat_flag,
    tickets.escalated_to_engineering_at::timestamptz as escalated_to_engineering_at,
    tickets.escalated_to_executive_at::timestamptz as escalated_to_executive_at,
    tickets.source::varchar as source,
    tickets.source_file::varchar as source_file,
    tickets.source_line::bigint as source_line,
from tickets
left join accounts on tickets.account_id = accounts.account_id
where tickets.incident_id = $incident_id
order by created_at, ticket_id
