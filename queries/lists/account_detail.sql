-- title: One account
-- definition: What the exports say of a customer, by as_of: name, segment, value a year, how many incidents reached it, how
--   many tickets it wrote, how many scored answers it gave. NULL where it is not recorded.
-- grain: one row; none for an account that no export names
-- params: account_id varchar, as_of timestamptz
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, incidents bigint, p1 bigint,
--   tickets bigint, answers bigint, last_score bigint, last_answered_at timestamptz
with known as (
    select
        max(name) as name,
        max(segment) as segment,
        max(annual_value) as annual_value,
        count(*) as records,
    from accounts
    where account_id = $account_id
),

hit as (
    select incident_id, from hits_at($as_of) where account_id = $account_id
),

reached as (
    select
        count(*) as incidents,
        count(*) filter (where severity_counted = 1) as p1,
    from fact_incidents
    where incident_id in (select incident_id from hit) and opened_at <= $as_of
),

ticket as (
    select count(*) as tickets, from tickets where account_id = $account_id and created_at <= $as_of
),

answer as (
    select
        count(*) as answers,
        max(segment) as segment,
        arg_max(score, responded_at) as last_score,
        max(responded_at) as last_answered_at,
    from nps_responses
    where account_id = $account_id and responded_at <= $as_of and score between 0 and 10
)

select
    $account_id::varchar as account_id,
    known.name::varchar as name,
    coalesce(known.segment, answer.segment)::varchar as segment,
    known.annual_value::double as annual_value,
    reached.incidents::bigint as incidents,
    reached.p1::bigint as p1,
    ticket.tickets::bigint as tickets,
    answer.answers::bigint as answers,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
from known
cross join reached
cross join ticket
cross join answer
where known.records + reached.incidents + ticket.tickets + answer.answers > 0
