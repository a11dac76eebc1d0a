-- title: Tickets, rolled up from their events
-- definition: One ticket per id, in this project's own columns, with the newest thing said of it. It is solved when it was not
--   reopened since; escalations count from the first.
-- grain: one row per ticket, oldest first
-- columns: ticket_id varchar, account_id varchar, subject varchar, service varchar, priority varchar, status varchar,
--   created_at varchar, solved_at varchar, updated_at varchar, incident_id varchar, problem_id varchar,
--   escalated_to_engineering_at varchar, escalated_to_executive_at varchar, exported_at varchar
with tickets as (
    select
        ticket_id,
        arg_max(account_id, {'at': judged.at, 'said': account_id}) filter (where account_id is not null) as account_id,
        arg_max(subject, {'at': judged.at, 'said': subject}) filter (where subject is not null) as subject,
        arg_max(service, {'at': judged.at, 'said': service}) filter (where service is not null) as service,
        arg_max(priority, {'at': judged.at, 'said': priority}) filter (where priority is not null) as priority,
        arg_max(incident_id, {'at': judged.at, 'said': incident_id})
            filter (where incident_id is not null) as incident_id,
        arg_max(problem_id, {'at': judged.at, 'said': problem_id}) filter (where problem_id is not null) as problem_id,
        coalesce(min(judged.at) filter (where meaning = 'created'), min(judged.at)) as created_at,
        max(judged.at) filter (where meaning = 'solved') as solved_at,
        max(judged.at) filter (where meaning = 'reopened') as reopened_at,
        max(judged.at) as updated_at,
        min(judged.at) filter (where meaning = 'to_engineering') as escalated_to_engineering_at,
        min(judged.at) filter (where meaning = 'to_executive') as escalated_to_executive_at,
    from judged
    where left_out is null
    group by ticket_id
),

vouched as (
    select max(judged.at) + 1 as until_second,
    from judged
    where left_out is null
),

solved as (
    select
        tickets.*,
        case when reopened_at is null or solved_at >= reopened_at then solved_at end as solved_for_good_at,
        vouched.until_second,
    from tickets
    cross join vouched
)

select
    ticket_id::varchar as ticket_id,
    account_id::varchar as account_id,
    subject::varchar as subject,
    service::varchar as service,
    priority::varchar as priority,
    case when solved_for_good_at is null then 'open' else 'solved' end::varchar as status,
    strftime(make_timestamp(created_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as created_at,
    strftime(make_timestamp(solved_for_good_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as solved_at,
    strftime(make_timestamp(updated_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as updated_at,
    incident_id::varchar as incident_id,
    problem_id::varchar as problem_id,
    strftime(make_timestamp(escalated_to_engineering_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar
        as escalated_to_engineering_at,
    strftime(make_timestamp(escalated_to_executive_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar
        as escalated_to_executive_at,
    strftime(make_timestamp(until_second * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as exported_at,
from solved
order by created_at, ticket_id
