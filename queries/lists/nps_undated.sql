-- title: Answers without a date
-- definition: NPS of all scored answers that have no date: they belong to no month and no window, so nothing can be said
--   of a change. `account_spread` as in the KPI nps.
-- grain: one row
-- columns: value double, n bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double
with every as (
    select 0 as group_id
),

answer as (  -- noqa: ST03
    select
        0 as group_id,
        case when score >= 9 then 1 when score >= 7 then 0 else -1 end as point,
        answerer(account_id, source, response_id) as who,
    from nps_responses
    where responded_at is null and score between 0 and 10
),

counted as (
    select
        score.score,
        coalesce(score.answers, 0) as answers,
        coalesce(score.promoters, 0) as promoters,
        coalesce(score.passives, 0) as passives,
        coalesce(score.detractors, 0) as detractors,
        coalesce(score.accounts, 0) as accounts,
        coalesce(score.account_spread, 0) as account_spread,
    from every
    left join scores_of('answer') as score on every.group_id = score.group_id
)

select
    unnest(score_columns(counted)),
from counted
