-- title: The customers behind an alert
-- definition: Accounts that the incidents reached to which alerts of one name fired in the window belong, by a recorded
--   account or a linked ticket. The name is an alert's title, or its id.
-- grain: one row per account, most of these incidents first
-- params: alert varchar, start timestamptz, end timestamptz, as_of timestamptz, limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, incidents bigint, last_score bigint,
--   last_answered_at timestamptz
with rang as (
    select distinct incident_id
    from alerts
    where
        (title = $alert or alert_id = $alert)
        and fired_at >= $start
        and fired_at < $end
        and fired_at <= $as_of
        and incident_id is not null
),

by_account as (
    select
        hit.account_id,
        count(*) as incidents,
    from hits_at($as_of) as hit
    inner join rang on hit.incident_id = rang.incident_id
    group by hit.account_id
)

select
    by_account.account_id::varchar as account_id,
    account.* exclude (account_id, last_score, last_answered_at),
    by_account.incidents::bigint as incidents,
    account.last_score as last_score,
    account.last_answered_at as last_answered_at,
from by_account
left join accounts_at($as_of) as account on by_account.account_id = account.account_id
order by by_account.incidents desc, account.annual_value desc nulls last, by_account.account_id
limit $limit
