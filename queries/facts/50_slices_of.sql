-- title: The slices of time that windows are made of
-- definition: The time between two neighbouring instants at which any of the windows begins, ends or is seen from
--   (as_of inclusive), with the days (UTC) that it touches; only slices that a window holds and sees. All moments of a slice are alike to
--   each window, so what happened in it is counted once, however many windows hold it: hundreds of windows of a promise's path lie over one
--   another. `windows` is the name of a CTE made by windows_of.
-- grain: one row per slice and day that it touches
-- makes: macro
-- columns: begins_at timestamptz, ends_at timestamptz, day bigint
create or replace macro slices_of(windows) as table
with edge as (
    select distinct unnest([starts_at, ends_at, as_of + interval 1 microsecond]) as begins_at,
    from query_table(windows)
),

slice as (
    select
        begins_at,
        lead(begins_at) over (order by begins_at) as ends_at,
    from edge
)

select
    begins_at,
    ends_at,
    unnest(range(day_number(begins_at), day_number(ends_at - interval 1 microsecond) + 1)) as day,
from slice
where exists (
    select 1
    from query_table(windows) as asked
    where asked.starts_at <= slice.begins_at and asked.ends_at > slice.begins_at and asked.as_of >= slice.begins_at
)
