-- title: The days, weeks, months of a window
-- definition: Every day, week (from Monday) or month that the window [start, end) touches up to as_of, in the
--   organisation's time zone. `partial` when the window, as_of or the records of the table cover only part of it.
--   `covered` is false where the records of the table vouch for nothing in it.
-- grain: one row per period, also where nothing happened
-- makes: macro
-- columns: begins_at timestamptz, ends_at timestamptz, partial boolean, covered boolean
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
        local_start at time zone time_zone as begins_at,
        (local_start + cast('1 ' || step as interval)) at time zone time_zone as ends_at,
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
    period.begins_at::timestamptz as begins_at,
    period.ends_at::timestamptz as ends_at,
    (
        period.begins_at < "start"
        or period.ends_at > least("end", as_of)
        or coalesce(period.begins_at < coverage.first_at or period.ends_at > coverage.last_at, true)
    )::boolean as partial,
    coalesce(period.begins_at <= coverage.last_at and period.ends_at > coverage.first_at, false)::boolean as covered,
from period
cross join coverage
where period.begins_at < "end" and period.begins_at <= as_of
order by period.begins_at
