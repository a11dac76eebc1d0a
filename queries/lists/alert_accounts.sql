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

hit as (
    select * from hits_at($as_of)
),

by_account as (
    select
        hit.account_id,
        count(*) as incidents,
    from hit
    inner join rang on hit.incident_id = rang.incident_id
    group by hit.account_id
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
    by_account.incidents::bigint as incidents,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from by_account
left join account on by_account.account_id = account.account_id
left join answer on by_account.account_id = answer.account_id
order by by_account.incidents desc, account.annual_value desc nulls last, by_account.account_id
limit $limit
