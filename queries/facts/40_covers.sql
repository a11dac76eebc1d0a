-- title: Do the exports cover a window
-- definition: True when the window [start, end) holds an instant that the records of the table vouch for, as known at
--   as_of. Where it is false a count is NULL: nothing is known, which is not zero.
-- makes: macro
-- columns: covers boolean
create or replace macro covers(needed, "start", "end", as_of) as (
    coalesce(
        (
            select bool_or(first_at < "end" and first_at <= as_of and last_at >= "start" and "start" <= as_of)
            from fact_coverage
            where table_name = needed
        ),
        false
    )
);
