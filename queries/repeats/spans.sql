-- title: The history in parts
-- definition: Months one after the other, so many in a part that it has little more than $most incidents: a part can be
--   put in order in little memory.
-- grain: one row per part, in order of time
-- leaves out: what the build left out
-- params: most bigint
-- columns: opened_from timestamptz, opened_before timestamptz
with month as (
    select
        date_trunc('month', opened_at) as begins,
        count(*) as incidents,
    from fact_incidents
    group by all
),

part as (
    select
        begins,
        (sum(incidents) over (order by begins) - incidents) // $most as number,
    from month
)

select
    min(begins)::timestamptz as opened_from,
    (max(begins) + interval 1 month)::timestamptz as opened_before,
from part
group by number
order by opened_from
