-- title: Do the exports cover a window
-- definition: True when the window [start, end) holds an instant that the records of the table vouch for, as known at
--   as_of, and no gap takes more than a fifth of it. Where it is false a count is NULL: nothing is known, which is not zero.
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
    and not lost_in_gaps([needed], "start", least("end", as_of), as_of)
    > 0.2 * minutes_between("start", least("end", as_of))
);
