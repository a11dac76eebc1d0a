-- title: NPS per month
-- definition: NPS of the answers given in each month of the organisation, with its 90 % interval (low, high) by the
--   adjusted Wald method (B. Rocks, 2016, The American Statistician 70, 365-372), centred on the score with three neutral
--   answers added: around the plain score it would miss too often where answers are few. NULL without answers.
-- grain: one row per month, oldest first
-- unit: points
-- better: higher
-- table: nps_responses
-- rows: rows/nps
-- params: start timestamptz, end timestamptz, as_of timestamptz, time_zone varchar
-- columns: at timestamptz, value double, n bigint, promoters bigint, passives bigint, detractors bigint, low double,
--   high double, partial boolean
with period as (
    select * from periods_in('month', 'nps_responses', $start, $end, $as_of, $time_zone)
),

answer as (
    select responded_at, point, from nps_in($start, $end, $as_of) where point is not null
),

counted as (
    select
        period.begins_at,
        count(*) as answers,
        100 * avg(answer.point) as nps,
        count(*) filter (where answer.point = 1) as promoters,
        count(*) filter (where answer.point = 0) as passives,
        count(*) filter (where answer.point = -1) as detractors,
    from answer
    asof inner join period on answer.responded_at >= period.begins_at
    group by period.begins_at
),

adjusted as (
    select
        *,
        (promoters + 0.75) / (answers + 3) as promoter_share,
        (detractors + 0.75) / (answers + 3) as detractor_share,
    from counted
),

with_margin as (
    select
        *,
        100 * (promoter_share - detractor_share) as middle,
        164.48536 * sqrt(
            (promoter_share + detractor_share - (promoter_share - detractor_share) ** 2) / (answers + 3)
        ) as margin,
    from adjusted
)

select
    period.begins_at::timestamptz as at,
    with_margin.nps::double as value,
    coalesce(with_margin.answers, 0)::bigint as n,
    coalesce(with_margin.promoters, 0)::bigint as promoters,
    coalesce(with_margin.passives, 0)::bigint as passives,
    coalesce(with_margin.detractors, 0)::bigint as detractors,
    greatest(with_margin.middle - with_margin.margin, if(with_margin.nps is null, null, -100))::double as low,
    least(with_margin.middle + with_margin.margin, if(with_margin.nps is null, null, 100))::double as high,
    period.partial::boolean as partial,
from period
left join with_margin on period.begins_at = with_margin.begins_at
order by period.begins_at
