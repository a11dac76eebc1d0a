-- title: The days, weeks, months of a window
-- definition: Every day, week (from Monday) or month that the window [start, end) touches up to as_of, in the
--   organisation's time zone. `partial` when the window, as_of or the records of the table cover only part of it.
--   `covered` is false where the records of the table vouch for nothing in it.
-- grain: one row per period, also where nothing happened
-- makes: macro
-- columns: at timestamptz, until timestamptz, partial boolean, covered boolean
create or replace macro periods_in(step, needed, "start", "end", as_of, time_zone) as table
with boundary as (
    select unnest(generate_series(
        date_trunc(step, "start" at time zone time_zone),
        least("end", as_of) at time zone time_zone,
        cast('1 ' || step as interval)
    )) as local_start
),

period as (
    select
        local_start at time zone time_zone as at,
        (local_start + cast('1 ' || step as interval)) at time zone time_zone as until,
    from boundary
),

coverage as (
    select
        min(first_at) as first_at,
        max(last_at) as last_at,
    from fact_coverage
    where table_name = needed
)

select
    period.at::timestamptz as at,
    period.until::timestamptz as until,
    (
        period.at < "start"
        or period.until > least("end", as_of)
        or coalesce(period.at < coverage.first_at or period.until > coverage.last_at, true)
    )::boolean as partial,
    coalesce(period.at <= coverage.last_at and period.until > coverage.first_at, false)::boolean as covered,
from period
cross join coverage
where period.at < "end" and period.at <= as_of
order by period.at
