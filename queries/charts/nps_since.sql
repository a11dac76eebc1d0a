-- title: NPS since the start
-- definition: NPS of all answers given since the start of the window, at the end of each day of the organisation (`at`),
--   the last one at as_of, with its 90 % interval (adjusted Wald, three answers added: Rocks 2016). NULL before the first
--   answer.
-- grain: one row per day, oldest first
-- unit: points
-- better: higher
-- table: nps_responses
-- rows: rows/nps
-- params: start timestamptz, end timestamptz, as_of timestamptz, time_zone varchar
-- columns: at timestamptz, value double, n bigint, low double, high double, partial boolean
with period as (
    select * from periods_in('day', 'nps_responses', $start, $end, $as_of, $time_zone)
),

answer as (
    select responded_at, point, from nps_in($start, $end, $as_of) where point is not null
),

counted as (
    select
        period.begins_at,
        count(*) as answers,
        count(*) filter (where answer.point = 1) as promoters,
        count(*) filter (where answer.point = -1) as detractors,
    from answer
    asof inner join period on answer.responded_at >= period.begins_at
    group by period.begins_at
),

running as (
    select
        least(period.ends_at, $end, $as_of) as ends_at,
        period.ends_at > $as_of as is_cut,
        sum(counted.answers) over (order by period.begins_at) as answers,
        sum(counted.promoters) over (order by period.begins_at) as promoters,
        sum(counted.detractors) over (order by period.begins_at) as detractors,
    from period
    left join counted on period.begins_at = counted.begins_at
),

adjusted as (
    select
        *,
        answers + 3 as n,
        (promoters + 0.75) / (answers + 3) as promoter_share,
        (detractors + 0.75) / (answers + 3) as detractor_share,
    from running
),

with_margin as (
    select
        *,
        100 * (promoter_share - detractor_share) as middle,
        164.48536 * sqrt((promoter_share + detractor_share - (promoter_share - detractor_share) ** 2) / n) as margin,
    from adjusted
)

select
    ends_at::timestamptz as at,
    (100 * (promoters - detractors) / answers)::double as value,
    coalesce(answers, 0)::bigint as n,
    if(margin is null, null, greatest(middle - margin, -100))::double as low,
    if(margin is null, null, least(middle + margin, 100))::double as high,
    is_cut::boolean as partial,
from with_margin
order by ends_at
