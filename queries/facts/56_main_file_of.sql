-- title: The export that most of each window's incidents come from
-- definition: `incidents` names a CTE with window_id, source_file and n, so many incidents in each row.
-- grain: one row per window that has incidents
-- makes: macro
-- columns: window_id bigint, source_file varchar, n bigint
create or replace macro main_file_of(incidents) as table
with by_file as (
    select
        window_id,
        source_file,
        sum(n) as n,
    from query_table(incidents)
    group by window_id, source_file
)

select
    window_id,
    arg_max(source_file, n) as source_file,
    max(n)::bigint as n,
from by_file
group by window_id
