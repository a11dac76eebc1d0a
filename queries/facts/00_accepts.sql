-- title: Does a filter let a value through
-- definition: True when the filter is empty or NULL (no filter), or lists the value. A missing value passes only
--   when there is no filter.
-- makes: macro
-- columns: accepts boolean
create or replace macro accepts(chosen, candidate) as (
    coalesce(len(cast(chosen as varchar[])), 0) = 0
    or coalesce(list_contains(cast(chosen as varchar[]), cast(candidate as varchar)), false)
);
