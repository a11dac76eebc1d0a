-- title: NPS per month
-- definition: NPS of the answers given in each month of the organisation, with its 90 % interval (low, high): the adjusted
--   Wald method, several answers of an account counted as one voice, as in the KPI nps. NULL without answers.
-- grain: one row per month, oldest first
-- unit: points
-- better: higher
-- table: nps_responses
-- rows: rows/nps
-- params: start timestamptz, end timestamptz, as_of timestamptz, time_zone varchar
-- columns: at timestamptz, value double, n bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double, low double, high double, partial boolean
with period as (
    select * from periods_in('month', 'nps_responses', $start, $end, $as_of, $time_zone)
),

answer as (
    select
        nps.point,
        period.begins_at,
        nps.who,
    from nps_in($start, $end, $as_of) as nps
    inner join period on nps.responded_at >= period.begins_at and nps.responded_at < period.ends_at
    where nps.point is not null
),

by_account as (
    select
        begins_at,
        who,
        count(*) as answers,
        sum(point) as points,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = -1) as detractors,
    from answer
    group by begins_at, who
),

counted as (
    select
        begins_at,
        sum(answers) as answers,
        sum(points) / sum(answers) as mean,
        sum(promoters) as promoters,
        sum(answers - promoters - detractors) as passives,
        sum(detractors) as detractors,
        count(*) as accounts,
        account_spread(points, answers) as account_spread,
    from by_account
    group by begins_at
)

select
    period.begins_at::timestamptz as at,
    (100 * counted.mean)::double as value,
    coalesce(counted.answers, 0)::bigint as n,
    coalesce(counted.promoters, 0)::bigint as promoters,
    coalesce(counted.passives, 0)::bigint as passives,
    coalesce(counted.detractors, 0)::bigint as detractors,
    coalesce(counted.accounts, 0)::bigint as accounts,
    coalesce(counted.account_spread, 0)::double as account_spread,
    nps_limit(
        -1, counted.answers, counted.promoters, counted.detractors, counted.accounts, counted.account_spread
    )::double as low,
    nps_limit(
        1, counted.answers, counted.promoters, counted.detractors, counted.accounts, counted.account_spread
    )::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
