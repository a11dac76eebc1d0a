-- title: NPS
-- definition: Share of promoters (9 or 10) minus share of detractors (0 to 6), times 100, of the answers given in the
--   window. `account_spread` is, over accounts, the squared sum of their answers' distances from the mean: with
--   `accounts` it says how much less several answers of one account tell. An answer without an account stands alone.
--   `panel` holds, for windows of more than five weeks, three numbers for each named account: one that stands for its name, how
--   many answers it gave, and the sum of their points. With it accounts that answered in two windows are compared with
--   themselves.
-- grain: one row per window
-- unit: points
-- better: higher
-- family: score
-- noun: NPS
-- short: NPS
-- leaves out: answers outside 0 to 10; answers without a date (wherever they belong)
-- lacking: no answer has a score: nps_responses.score
-- tables: nps_responses
-- rows: rows/nps
-- adds up: nps
-- chart: 4 month
-- reason: 3
-- card: 6 NPS
-- audiences: support
-- params: windows windows
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}]
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, promoters bigint, passives bigint,
--   detractors bigint, accounts bigint, account_spread double, low double, high double, panel varchar,
--   left_out_outside_0_to_10 bigint, left_out_no_date bigint
with asked as (select *, from windows_of($windows, ['nps_responses'])),

answer as (  -- noqa: ST03
    select
        window_id as group_id,
        point,
        who,
    from answers_in('asked')
),

score as (
    select *, from scores_of('answer')
),

by_account as (
    select
        answer.group_id as window_id,
        answer.who,
        count(*) as answers,
        sum(answer.point) as points,
    from answer
    inner join asked on answer.group_id = asked.window_id
    where
        asked.ends_at - asked.starts_at > interval 35 days
        and answer.point is not null
        and not starts_with(answer.who, chr(31))
    group by answer.group_id, answer.who
),

panel as (
    select window_id, string_agg(concat_ws(' ', hash(who), answers, points), ' ' order by who) as panel,
    from by_account
    group by window_id
),

undated as (
    select count(*) as answers, from nps_responses where responded_at is null
)

select
    asked.window_id,
    score.score::double as value,
    coalesce(score.answers, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(score.promoters, 0)::bigint as promoters,
    coalesce(score.passives, 0)::bigint as passives,
    coalesce(score.detractors, 0)::bigint as detractors,
    coalesce(score.accounts, 0)::bigint as accounts,
    score.account_spread::double as account_spread,
    score.low::double as low,
    score.high::double as high,
    panel.panel::varchar as panel,
    coalesce(score.outside, 0)::bigint as left_out_outside_0_to_10,
    undated.answers::bigint as left_out_no_date,
from asked
left join score on asked.window_id = score.group_id
left join panel on asked.window_id = panel.window_id
cross join undated
order by asked.window_id
