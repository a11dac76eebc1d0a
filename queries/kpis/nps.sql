-- title: NPS
-- definition: Share of promoters (9 or 10) minus share of detractors (0 to 6), times 100, of the answers given in the
--   window. `account_spread` is, over accounts, the squared sum of their answers' distances from the mean: with
--   `accounts` it says how much less several answers of one account tell. An answer without an account stands alone.
-- grain: one row
-- unit: points
-- better: higher
-- leaves out: answers outside 0 to 10; answers without a date (wherever they belong)
-- table: nps_responses
-- rows: rows/nps
-- adds up: nps
-- params: start timestamptz, end timestamptz, as_of timestamptz
-- columns: value double, n bigint, open bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double, left_out_outside_0_to_10 bigint, left_out_no_date bigint
with answer as (
    select
        point,
        who,
    from nps_in($start, $end, $as_of)
),

by_account as (
    select
        who,
        count(point) as answers,
        count(*) - count(point) as outside,
        sum(point) as points,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = -1) as detractors,
    from answer
    group by who
),

counted as (
    select
        coalesce(sum(answers), 0) as answers,
        sum(points) / nullif(sum(answers), 0) as mean,
        coalesce(sum(promoters), 0) as promoters,
        coalesce(sum(answers - promoters - detractors), 0) as passives,
        coalesce(sum(detractors), 0) as detractors,
        coalesce(sum(outside), 0) as outside,
        count(*) filter (where answers > 0) as accounts,
        account_spread(points, answers) as account_spread,
    from by_account
),

undated as (
    select count(*) as answers, from nps_responses where responded_at is null
)

select
    (100 * counted.mean)::double as value,
    counted.answers::bigint as n,
    0::bigint as open,
    counted.promoters::bigint as promoters,
    counted.passives::bigint as passives,
    counted.detractors::bigint as detractors,
    counted.accounts::bigint as accounts,
    counted.account_spread::double as account_spread,
    counted.outside::bigint as left_out_outside_0_to_10,
    undated.answers::bigint as left_out_no_date,
from counted
cross join undated
