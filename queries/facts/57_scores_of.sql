-- title: Net Promoter Scores
-- definition: Of each group's answers, the share of promoters minus the share of detractors, times 100, with the ends of its
--   90 % interval, several answers of an account counted as one voice (nps_limit). `scored` names a CTE with group_id,
--   point (+1, 0, -1; NULL outside 0 to 10) and who.
-- grain: one row per group that has answers
-- makes: macro
-- columns: group_id bigint, answers bigint, promoters bigint, passives bigint, detractors bigint, outside bigint,
--   accounts bigint, account_spread double, score double, low double, high double
create or replace macro scores_of(scored) as table
with by_account as (
    select
        group_id,
        who,
        count(point) as answers,
        count(*) - count(point) as outside,
        sum(point) as points,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = -1) as detractors,
    from query_table(scored)
    group by group_id, who
),

counted as (
    select
        group_id,
        coalesce(sum(answers), 0) as answers,
        sum(points) / nullif(sum(answers), 0) as mean,
        coalesce(sum(promoters), 0) as promoters,
        coalesce(sum(detractors), 0) as detractors,
        coalesce(sum(outside), 0) as outside,
        count(*) filter (where answers > 0) as accounts,
        account_spread(points, answers) as account_spread,
    from by_account
    group by group_id
)

select
    group_id,
    answers::bigint as answers,
    promoters::bigint as promoters,
    (answers - promoters - detractors)::bigint as passives,
    detractors::bigint as detractors,
    outside::bigint as outside,
    accounts,
    account_spread,
    100 * mean as score,
    nps_limit(-1, answers, promoters, detractors, accounts, account_spread) as low,
    nps_limit(1, answers, promoters, detractors, accounts, account_spread) as high,
from counted
