-- title: The tickets of an account
-- definition: Support tickets that a customer opened in the window, with the incident they are linked to.
-- grain: one row per ticket, newest first
-- params: account_id varchar, start timestamptz, end timestamptz, as_of timestamptz, limit bigint
-- columns: ticket_id varchar, subject varchar, service varchar, priority varchar, status varchar, created_at timestamptz,
--   solved_at timestamptz, incident_id varchar, repeat_flag boolean, escalated_to_engineering_at timestamptz,
--   escalated_to_executive_at timestamptz, source varchar, source_file varchar, source_line bigint
select
    ticket_id::varchar as ticket_id,
    subject::varchar as subject,
    service::varchar as service,
    priority::varchar as priority,
    status::varchar as status,
    created_at::timestamptz as created_at,
    case when solved_at <= $as_of then solved_at end::timestamptz as solved_at,
    incident_id::varchar as incident_id,
    repeat_flag::boolean as repeat_flag,
    case when escalated_to_engineering_at <= $as_of then escalated_to_engineering_at end::timestamptz
        as escalated_to_engineering_at,
    case when escalated_to_executive_at <= $as_of then escalated_to_executive_at end::timestamptz
        as escalated_to_executive_at,
    unnest(source_of(tickets)),
from tickets
where account_id = $account_id and created_at >= $start and created_at < $end and created_at <= $as_of
order by created_at desc, ticket_id
limit $limit
