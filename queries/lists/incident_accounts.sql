-- title: The customers an incident hit
-- definition: Accounts that an incident reached, by a recorded account or a linked ticket, with their value a year and
--   their last scored answer by as_of. NULL where it is not recorded.
-- grain: one row per account, most valuable first
-- params: incident_id varchar, as_of timestamptz, limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, known_by varchar, tickets bigint,
--   last_score bigint, last_answered_at timestamptz
with hit as (
    select
        account_id,
        true as recorded,
        null as ticket_id,
    from incident_accounts
    where incident_id = $incident_id and account_id is not null
    union all
    select
        account_id,
        false as recorded,
        ticket_id,
    from tickets
    where incident_id = $incident_id and account_id is not null and created_at <= $as_of
),

by_account as (
    select
        account_id,
        bool_or(recorded) as recorded,
        count(distinct ticket_id) as tickets,
    from hit
    group by account_id
),

account as (
    select
        account_id,
        any_value(name) as name,
        any_value(segment) as segment,
        any_value(annual_value) as annual_value,
    from accounts
    group by account_id
),

answer as (
    select
        account_id,
        arg_max(score, responded_at) as last_score,
        max(responded_at) as last_answered_at,
    from nps_responses
    where
        responded_at <= $as_of
        and score between 0 and 10
        and account_id in (select account_id from by_account)
    group by account_id
)

select
    by_account.account_id::varchar as account_id,
    account.name::varchar as name,
    account.segment::varchar as segment,
    account.annual_value::double as annual_value,
    case when by_account.recorded then 'recorded' else 'ticket' end::varchar as known_by,
    by_account.tickets::bigint as tickets,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from by_account
left join account on by_account.account_id = account.account_id
left join answer on by_account.account_id = answer.account_id
order by account.annual_value desc nulls last, by_account.account_id
limit $limit
