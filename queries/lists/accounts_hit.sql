-- title: Accounts hit most
-- definition: Customers that an incident opened in the window reached, by a recorded account or a linked ticket, with
--   their last score of a survey by as_of.
-- grain: one row per account, most P1 incidents first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, incidents bigint, p1 bigint,
--   repeats bigint, tickets bigint, minutes double, last_opened_at timestamptz, last_score bigint,
--   last_answered_at timestamptz
with incident as (
    select
        *,
        coalesce(recover_minutes, open_minutes) as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

hit as (
    select incident_id, account_id, from incident_accounts where account_id is not null
    union
    select incident_id, account_id,
    from tickets
    where account_id is not null and incident_id is not null and created_at <= $as_of
),

by_account as (
    select
        hit.account_id,
        count(*) as incidents,
        count(*) filter (where incident.severity_counted = 1) as p1,
        count(*) filter (where incident.is_repeat) as repeats,
        -- Threads add doubles in any order: the last digits would differ from run to run.
        round(sum(incident.minutes), 6) as minutes,
        max(incident.opened_at) as last_opened_at,
    from hit
    inner join incident on hit.incident_id = incident.incident_id
    group by hit.account_id
),

ticket as (
    select
        tickets.account_id,
        count(*) as tickets,
    from tickets
    inner join incident on tickets.incident_id = incident.incident_id
    where tickets.created_at <= $as_of
    group by tickets.account_id
),

answer as (
    select
        account_id,
        arg_max(score, responded_at) as last_score,
        max(responded_at) as last_answered_at,
    from nps_responses
    where responded_at <= $as_of and score between 0 and 10
    group by account_id
)

select
    by_account.account_id::varchar as account_id,
    accounts.name::varchar as name,
    accounts.segment::varchar as segment,
    accounts.annual_value::double as annual_value,
    by_account.incidents::bigint as incidents,
    by_account.p1::bigint as p1,
    by_account.repeats::bigint as repeats,
    coalesce(ticket.tickets, 0)::bigint as tickets,
    by_account.minutes::double as minutes,
    by_account.last_opened_at::timestamptz as last_opened_at,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from by_account
left join accounts on by_account.account_id = accounts.account_id
left join ticket on by_account.account_id = ticket.account_id
left join answer on by_account.account_id = answer.account_id
order by p1 desc, incidents desc, tickets desc, account_id
limit $limit
