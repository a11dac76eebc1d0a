-- title: The newest instant
-- definition: The newest instant of `days` (part, day_number, instants, newest) per part. A few instants more than a year after
--   all others are typing errors ("2052"), not news: at most one in a thousand is passed over.
-- grain: one row per part
-- columns: part varchar, newest timestamptz, passed_over bigint, passed_over_newest timestamptz
with days_counted as (
    select
        part,
        day_number,
        newest,
        -- In one order, so that it is sorted once.
        sum(instants) over (by_day range between unbounded preceding and unbounded following) as all_instants,
        sum(instants) over (by_day range between current row and unbounded following) as instants_from_here,
        day_number - lag(day_number) over by_day as days_since_previous
    from days
    window by_day as (partition by part order by day_number)
),

-- The oldest day behind a gap of a year that so few instants follow.
first_passed_over as (
    select
        part,
        min(day_number) as day_number,
        max(newest) as passed_over_newest
    from days_counted
    where days_since_previous > 366 and instants_from_here * 1000 <= all_instants
    group by part
)

select
    days.part::varchar as part,
    max(days.newest) filter (
        where first_passed_over.day_number is null or days.day_number < first_passed_over.day_number
    )::timestamptz as newest,
    coalesce(
        sum(days.instants) filter (where days.day_number >= first_passed_over.day_number), 0
    )::bigint as passed_over,
    (max(days.newest) filter (where days.day_number >= first_passed_over.day_number))::timestamptz
        as passed_over_newest
from days
left join first_passed_over on first_passed_over.part = days.part
group by days.part
