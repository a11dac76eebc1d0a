-- title: NPS by segment
-- definition: NPS of the answers given in each of the windows that the two lists name, by customer segment: the one that
--   the answer names, else that of its account. NULL where neither says. `account_spread` as in the KPI nps.
-- grain: one row per window and segment that has an answer
-- params: as_of timestamptz, window_starts timestamptz[], window_ends timestamptz[]
-- columns: at timestamptz, ends_at timestamptz, segment varchar, value double, n bigint, promoters bigint,
--   passives bigint, detractors bigint, accounts bigint, account_spread double
with period as (
    select
        unnest($window_starts::timestamptz[]) as begins_at,
        unnest($window_ends::timestamptz[]) as ends_at,
),

account as (
    select
        account_id,
        max(segment) as segment,
    from accounts
    group by account_id
),

answer as (  -- noqa: ST03
    select
        {
            'begins_at': period.begins_at,
            'ends_at': period.ends_at,
            'segment': coalesce(nullif(trim(nps.segment), ''), nullif(trim(account.segment), ''))
        } as group_id,
        nps.point,
        nps.who,
    from nps_in(list_min($window_starts::timestamptz[]), list_max($window_ends::timestamptz[]), $as_of) as nps
    inner join period on nps.responded_at >= period.begins_at and nps.responded_at < period.ends_at
    left join account on nps.account_id = account.account_id
    where nps.point is not null
)

select
    counted.group_id.begins_at::timestamptz as at,
    counted.group_id.ends_at::timestamptz as ends_at,
    counted.group_id.segment::varchar as segment,
    unnest(score_columns(counted)),
from scores_of('answer') as counted
order by counted.group_id.begins_at, counted.group_id.segment nulls last
