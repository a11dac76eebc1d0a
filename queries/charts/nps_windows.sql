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
    period.ends_at::timestamptz as ends_at,
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
    (
        period.ends_at > $as_of
        or coalesce(period.begins_at < coverage.first_at or period.ends_at > coverage.last_at, true)
    )::boolean as partial,
from period
cross join coverage
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
