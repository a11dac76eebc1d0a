-- title: Accounts an issue hit
-- definition: Customers that incidents of an issue opened by as_of reached, by a recorded account or a linked ticket, with
--   their annual value and their last survey score by as_of.
-- grain: one row per account, highest annual value first
-- params: issue_id varchar, as_of timestamptz, limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, incidents bigint, minutes double,
--   first_hit_at timestamptz, last_hit_at timestamptz, last_score bigint, last_answered_at timestamptz
with member as (
    select
        *,
        coalesce(recover_minutes, open_minutes) as minutes,
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, null, null)
    where issue_id = $issue_id
),

hit as (
    select * from hits_at($as_of)
),

by_account as (
    select
        hit.account_id,
        count(*) as incidents,
        round(sum(member.minutes), 6) as minutes,
        min(member.opened_at) as first_hit_at,
        max(member.opened_at) as last_hit_at,
    from hit
    inner join member on hit.incident_id = member.incident_id
    group by hit.account_id
),

one_account as (
    select
        account_id,
        max(name) as name,
        max(segment) as segment,
        max(annual_value) as annual_value,
    from accounts
    group by account_id
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
    one_account.name::varchar as name,
    one_account.segment::varchar as segment,
    one_account.annual_value::double as annual_value,
    by_account.incidents::bigint as incidents,
    by_account.minutes::double as minutes,
    by_account.first_hit_at::timestamptz as first_hit_at,
    by_account.last_hit_at::timestamptz as last_hit_at,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from by_account
left join one_account on by_account.account_id = one_account.account_id
left join answer on by_account.account_id = answer.account_id
order by annual_value desc nulls last, incidents desc, by_account.account_id
limit $limit
