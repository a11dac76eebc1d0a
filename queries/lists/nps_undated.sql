-- title: Answers without a date
-- definition: NPS of all scored answers that have no date: they belong to no month and no window, so nothing can be said
--   of a change. `account_spread` as in the KPI nps.
-- grain: one row
-- columns: value double, n bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double
with answer as (
    select
        case when score >= 9 then 1 when score >= 7 then 0 else -1 end as point,
        answerer(account_id, source, response_id) as who,
    from nps_responses
    where responded_at is null and score between 0 and 10
),

by_account as (
    select
        who,
        count(*) as answers,
        sum(point) as points,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = -1) as detractors,
    from answer
    group by who
),

counted as (
    select
        coalesce(sum(answers), 0) as answers,
        sum(points) / sum(answers) as mean,
        coalesce(sum(promoters), 0) as promoters,
        coalesce(sum(answers - promoters - detractors), 0) as passives,
        coalesce(sum(detractors), 0) as detractors,
        count(*) as accounts,
        coalesce(account_spread(points, answers), 0) as account_spread,
    from by_account
)

select
    unnest(score_columns(counted)),
from counted
