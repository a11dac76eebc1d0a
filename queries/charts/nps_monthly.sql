-- title: NPS per month
-- definition: NPS of the answers given in each month of the organisation, with its 90 % interval (low, high) by the
--   adjusted Wald method (B. Rocks, 2016, The American Statistician 70, 365-372), centred on the score with three neutral
--   answers added: around the plain score it would miss too often where answers are few. Where accounts answered more
--   than once the larger of this variance and the one over accounts counts, as in the KPI nps. NULL without answers.
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
        coalesce('account ' || nps.account_id, 'answer ' || coalesce(nps.source, '') || ' ' || nps.response_id) as who,
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
),

adjusted as (
    select
        counted.*,
        spread.accounts,
        spread.account_spread,
        (promoters + 0.75) / (answers + 3) as promoter_share,
        (detractors + 0.75) / (answers + 3) as detractor_share,
    from counted
    inner join spread on counted.begins_at = spread.begins_at
),

with_margin as (
    select
        *,
        100 * (promoter_share - detractor_share) as middle,
        164.48536 * sqrt(greatest(
            (promoter_share + detractor_share - (promoter_share - detractor_share) ** 2) / (answers + 3),
            if(accounts between 2 and answers - 1, accounts / (accounts - 1) * account_spread / answers ** 2, 0)
        )) as margin,
    from adjusted
)

select
    period.begins_at::timestamptz as at,
    (100 * with_margin.mean)::double as value,
    coalesce(with_margin.answers, 0)::bigint as n,
    coalesce(with_margin.promoters, 0)::bigint as promoters,
    coalesce(with_margin.passives, 0)::bigint as passives,
    coalesce(with_margin.detractors, 0)::bigint as detractors,
    coalesce(with_margin.accounts, 0)::bigint as accounts,
    coalesce(with_margin.account_spread, 0)::double as account_spread,
    greatest(with_margin.middle - with_margin.margin, if(with_margin.mean is null, null, -100))::double as low,
    least(with_margin.middle + with_margin.margin, if(with_margin.mean is null, null, 100))::double as high,
    period.partial::boolean as partial,
from period
left join with_margin on period.begins_at = with_margin.begins_at
order by period.begins_at
