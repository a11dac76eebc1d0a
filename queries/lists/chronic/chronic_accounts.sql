-- title: Accounts an issue hit
-- definition: Customers that incidents of an issue opened by as_of reached, by a recorded account or a linked ticket, with
--   their annual value and their last survey score by as_of.
-- grain: one row per account, highest annual value first
-- params: issue_id varchar, as_of timestamptz, limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, incidents bigint, minutes double,
--   first_hit_at timestamptz, last_hit_at timestamptz, last_score bigint, last_answered_at timestamptz
with by_account as (
    select
        account_id,
        count(*) as incidents,
        round(sum(minutes), 6) as minutes,
        min(opened_at) as first_hit_at,
        max(opened_at) as last_hit_at,
    from reached_by($issue_id, $as_of)
    group by account_id
)

select
    by_account.account_id::varchar as account_id,
    account.* exclude (account_id, last_score, last_answered_at),
    by_account.incidents::bigint as incidents,
    by_account.minutes::double as minutes,
    by_account.first_hit_at::timestamptz as first_hit_at,
    by_account.last_hit_at::timestamptz as last_hit_at,
    account.last_score as last_score,
    account.last_answered_at as last_answered_at,
from by_account
left join accounts_at($as_of) as account on by_account.account_id = account.account_id
order by annual_value desc nulls last, incidents desc, by_account.account_id
limit $limit
