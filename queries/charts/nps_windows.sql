-- title: NPS of given windows
-- definition: NPS of the answers given in each of the windows [start, end) that the two lists name, such as quarters, or
--   the time before, in and after an incident window, with its 90 % interval (low, high) as in NPS per month. `partial`
--   when as_of or the exports cover only a part of it. NULL without answers.
-- grain: one row per window, oldest first
-- unit: points
-- better: higher
-- table: nps_responses
-- rows: rows/nps
-- params: as_of timestamptz, window_starts timestamptz[], window_ends timestamptz[]
-- columns: at timestamptz, ends_at timestamptz, value double, n bigint, promoters bigint, passives bigint,
--   detractors bigint, accounts bigint, account_spread double, low double, high double, partial boolean
with period as (
    select
        unnest($window_starts::timestamptz[]) as begins_at,
        unnest($window_ends::timestamptz[]) as ends_at,
),

coverage as (
    select
        min(first_at) as first_at,
        max(last_at) as last_at,
    from fact_coverage
    where table_name = 'nps_responses'
),

answer as (
    select
        nps.point,
        period.begins_at,
        nps.who,
    from nps_in(list_min($window_starts::timestamptz[]), list_max($window_ends::timestamptz[]), $as_of) as nps
    inner join period on nps.responded_at >= period.begins_at and nps.responded_at < period.ends_at
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
    period.ends_at::timestamptz as ends_at,
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
    (
        period.ends_at > $as_of
        or coalesce(period.begins_at < coverage.first_at or period.ends_at > coverage.last_at, true)
    )::boolean as partial,
from period
cross join coverage
left join counted on period.begins_at = counted.begins_at
left join spread on period.begins_at = spread.begins_at
order by period.begins_at
