-- title: NPS since the start
-- definition: NPS of all answers given since the start of the window, at the end of each day of the organisation (`at`),
--   the last one at as_of, with its 90 % interval, several answers of an account counted as one voice, as in the KPI nps.
--   NULL before the first answer.
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
    select
        responded_at,
        point,
        coalesce(sum(point) over earlier, 0) as points_before,
        count(*) over earlier as answers_before,
    from nps_in($start, $end, $as_of)
    where point is not null
    window
        earlier as (
            partition by who
            order by responded_at, response_id, source
            rows between unbounded preceding and 1 preceding
        )
),

-- What each answer adds to the sums over accounts of their points squared, points times answers, and answers squared.
counted as (
    select
        period.begins_at,
        count(*) as answers,
        count(*) filter (where answer.point = 1) as promoters,
        count(*) filter (where answer.point = -1) as detractors,
        count(*) filter (where answer.answers_before = 0) as accounts,
        sum(2 * answer.points_before * answer.point + answer.point ** 2) as squares,
        sum(answer.points_before + answer.answers_before * answer.point + answer.point) as products,
        sum(2 * answer.answers_before + 1) as sizes,
    from answer
    asof inner join period on answer.responded_at >= period.begins_at
    group by period.begins_at
),

running as (
    select
        least(period.ends_at, $end, $as_of) as ends_at,
        period.ends_at > $as_of as is_cut,
        sum(counted.answers) over so_far as answers,
        sum(counted.promoters) over so_far as promoters,
        sum(counted.detractors) over so_far as detractors,
        sum(counted.accounts) over so_far as accounts,
        sum(counted.squares) over so_far as squares,
        sum(counted.products) over so_far as products,
        sum(counted.sizes) over so_far as sizes,
    from period
    left join counted on period.begins_at = counted.begins_at
    window so_far as (order by period.begins_at)
),

scored as (
    select
        *,
        (promoters - detractors) / answers as mean,
        greatest(0, squares - 2 * mean * products + mean ** 2 * sizes) as account_spread,
    from running
)

select
    ends_at::timestamptz as at,
    (100 * mean)::double as value,
    coalesce(answers, 0)::bigint as n,
    nps_limit(-1, answers, promoters, detractors, accounts, account_spread)::double as low,
    nps_limit(1, answers, promoters, detractors, accounts, account_spread)::double as high,
    is_cut::boolean as partial,
from scored
order by ends_at
