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
        coalesce('account ' || nps.account_id, 'answer ' || coalesce(nps.source, '') || ' ' || nps.response_id) as who,
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
    period.ends_at::timestamptz as ends_at,
    (100 * with_margin.mean)::double as value,
    coalesce(with_margin.answers, 0)::bigint as n,
    coalesce(with_margin.promoters, 0)::bigint as promoters,
    coalesce(with_margin.passives, 0)::bigint as passives,
    coalesce(with_margin.detractors, 0)::bigint as detractors,
    coalesce(with_margin.accounts, 0)::bigint as accounts,
    coalesce(with_margin.account_spread, 0)::double as account_spread,
    greatest(with_margin.middle - with_margin.margin, if(with_margin.mean is null, null, -100))::double as low,
    least(with_margin.middle + with_margin.margin, if(with_margin.mean is null, null, 100))::double as high,
    (
        period.ends_at > $as_of
        or coalesce(period.begins_at < coverage.first_at or period.ends_at > coverage.last_at, true)
    )::boolean as partial,
from period
cross join coverage
left join with_margin on period.begins_at = with_margin.begins_at
order by period.begins_at
