-- title: NPS since the start
-- definition: NPS of all answers given since the start of the window, at the end of each day of the organisation (`at`),
--   the last one at as_of. NULL before the first answer.
-- grain: one row per day, oldest first
-- unit: points
-- better: higher
-- table: nps_responses
-- rows: rows/nps
-- params: start timestamptz, end timestamptz, as_of timestamptz, time_zone varchar
-- columns: at timestamptz, value double, n bigint, partial boolean
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
        sum(answer.point) as points,
    from answer
    asof inner join period on answer.responded_at >= period.begins_at
    group by period.begins_at
),

running as (
    select
        least(period.ends_at, $end, $as_of) as ends_at,
        period.ends_at > $as_of as is_cut,
        sum(counted.answers) over (order by period.begins_at) as answers,
        sum(counted.points) over (order by period.begins_at) as points,
    from period
    left join counted on period.begins_at = counted.begins_at
)

select
    ends_at::timestamptz as at,
    (100 * points / answers)::double as value,
    coalesce(answers, 0)::bigint as n,
    is_cut::boolean as partial,
from running
order by ends_at
