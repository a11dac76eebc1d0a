-- title: Answers without a date
-- definition: NPS of all scored answers that have no date: they belong to no month and no window, so nothing can be said
--   of a change. `account_spread` as in the KPI nps.
-- grain: one row
-- columns: value double, n bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double
with answer as (
    select
        case when score >= 9 then 1 when score >= 7 then 0 else -1 end as point,
        coalesce('account ' || account_id, 'answer ' || coalesce(source, '') || ' ' || response_id) as who,
    from nps_responses
    where responded_at is null and score between 0 and 10
),

counted as (
    select
        count(*) as answers,
        avg(point) as mean,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = 0) as passives,
        count(*) filter (where point = -1) as detractors,
    from answer
),

by_account as (
    select
        answer.who,
        sum(answer.point - counted.mean) as distance,
    from answer
    cross join counted
    group by answer.who
),

spread as (
    select
        count(*) as accounts,
        round(sum(distance * distance), 9) as account_spread,
    from by_account
)

select
    (100 * counted.mean)::double as value,
    counted.answers::bigint as n,
    counted.promoters::bigint as promoters,
    counted.passives::bigint as passives,
    counted.detractors::bigint as detractors,
    spread.accounts::bigint as accounts,
    coalesce(spread.account_spread, 0)::double as account_spread,
from counted
cross join spread
