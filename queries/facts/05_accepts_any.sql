-- title: Does a filter let any of several values through
-- definition: True when the filter is empty or NULL (no filter), or lists one of the values; they are given as one text with
--   commas or semicolons between, as changes name the services they touch.
-- makes: macro
-- columns: accepts_any boolean
create or replace macro accepts_any(chosen, candidates) as (
    coalesce(len(cast(chosen as varchar[])), 0) = 0
    or coalesce(
        list_has_any(cast(chosen as varchar[]), regexp_split_to_array(trim(candidates), '\s*[,;]\s*')), false
    )
);
