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
    asof inner join period on nps.responded_at >= period.begins_at
    where nps.point is not null
),

counted as (
    select
        begins_at,
        count(*) as answers,
        avg(point) as mean,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = 0) as passives,
        count(*) filter (where point = -1) as detractors,
    from answer
    group by begins_at
),

by_account as (
    select
        answer.begins_at,
        answer.who,
        sum(answer.point - counted.mean) as distance,
    from answer
    inner join counted on answer.begins_at = counted.begins_at
    group by answer.begins_at, answer.who
),

spread as (
    select
        begins_at,
        count(*) as accounts,
        -- Threads add doubles in any order: the last digits would differ from run to run.
        round(sum(distance * distance), 9) as account_spread,
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
    coalesce(spread.accounts, 0)::bigint as accounts,
    coalesce(spread.account_spread, 0)::double as account_spread,
    nps_limit(
        -1, counted.answers, counted.promoters, counted.detractors, spread.accounts, spread.account_spread
    )::double as low,
    nps_limit(
        1, counted.answers, counted.promoters, counted.detractors, spread.accounts, spread.account_spread
    )::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
left join spread on period.begins_at = spread.begins_at
order by period.begins_at
