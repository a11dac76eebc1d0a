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
)

select
    by_account.account_id::varchar as account_id,
    account.* exclude (account_id, last_score, last_answered_at),
    case when by_account.recorded then 'recorded' else 'ticket' end::varchar as known_by,
    by_account.tickets::bigint as tickets,
    account.last_score as last_score,
    account.last_answered_at as last_answered_at,
from by_account
left join accounts_at($as_of) as account on by_account.account_id = account.account_id
order by account.annual_value desc nulls last, by_account.account_id
limit $limit
