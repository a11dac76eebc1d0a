-- title: Accounts, and what each last answered
-- definition: Every account of the exports or of an answer, with its score and instant of the last answer up to as_of. Of an
--   account that stands in several rows, the last name and segment in alphabetical order and the highest value.
-- grain: one row per account
-- makes: macro
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, last_score bigint,
--   last_answered_at timestamptz
create or replace macro accounts_at(as_of) as table
with account as (
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
    where responded_at <= as_of and score between 0 and 10
    group by account_id
)

select
    coalesce(account.account_id, answer.account_id)::varchar as account_id,
    account.name::varchar as name,
    account.segment::varchar as segment,
    account.annual_value::double as annual_value,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from account
full outer join answer on account.account_id = answer.account_id
