-- title: Minutes of a window that lie in gaps
-- definition: How many minutes of the window [start, end) lie in gaps of a table that were known by as_of: of several tables, those of the one that
--   lacks most.
-- makes: macro
-- columns: lost_in_gaps double
create or replace macro lost_in_gaps(tables, "start", "end", as_of) as (
    coalesce(
        (
            select max(lost)
            from (
                select sum(minutes_between(greatest(starts_at, "start"), least(ends_at, "end"))) as lost
                from fact_gaps
                where
                    list_contains(tables, table_name)
                    and starts_at < "end"
                    and ends_at > "start"
                    and known_at <= as_of
                group by table_name
            )
        ),
        0
    )
);
