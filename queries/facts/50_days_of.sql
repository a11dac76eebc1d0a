-- title: The days of each window
-- definition: One row for each window and day (UTC) that it touches, to its as_of at most: what happened in a window
--   happened on one of its days. `windows` is the name of a CTE made by windows_of. For figures that promises read step by
--   step: of hundreds of windows and millions of rows each pair would be compared; with few windows the days cost more.
-- grain: one row per window and day
-- makes: macro
-- columns: window_id bigint, starts_at timestamptz, ends_at timestamptz, as_of timestamptz, seen_until timestamptz,
--   covered boolean, partial boolean, day bigint
create or replace macro days_of(windows) as table
select
    *,
    unnest(range(day_number(starts_at), day_number(seen_until) + 1)) as day,
from query_table(windows)
