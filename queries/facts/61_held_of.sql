-- title: How many endings held
-- definition: Of each window's endings, the Kaplan-Meier share that held for at least ended_after_days days; one that has not
--   come back yet counts as holding so far, not as held for ever. NULL while none is that old, unless all came back.
--   `endings` names a CTE with window_id, days and came_back, one row per ending that counts.
-- grain: one row per window that has endings
-- makes: macro
-- columns: window_id bigint, share double
create or replace macro held_of(endings, ended_after_days) as table
with at_day as (
    select
        window_id,
        days,
        count(*) filter (where came_back) as back,
        count(*) as leaving,
    from query_table(endings)
    group by window_id, days
),

at_risk as (
    select
        *,
        sum(leaving) over (partition by window_id order by days desc) as at_risk,
    from at_day
),

-- The product of (1 - back / at risk) over the days before the agreed one.
held as (
    select
        window_id,
        max(days) as longest,
        coalesce(
            exp(
                sum(case when back = at_risk then -1e3 else ln(1 - back / at_risk) end)
                    filter (where back > 0 and days < ended_after_days)
            ),
            1
        ) as share_holding,
    from at_risk
    group by window_id
)

select
    window_id,
    case when longest >= ended_after_days or share_holding < 1e-9 then round(share_holding, 12) end as share,
from held
