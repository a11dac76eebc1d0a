-- title: What may have been read wrongly
-- definition: Exports whose kept rows come out without a date or without a known severity, a quarter of them or more, and
--   incidents none of which has a resolve time: their figures would look like few or none where the truth is
--   unknown; whether they were closed at least is said too. One doubt per file and table, the gravest.
-- grain: one row per file and table with a doubt
-- makes: table fact_doubts
-- columns: file varchar, table_name varchar, lacks varchar, rows bigint, kept bigint
with rows_kept as (
    select
        source_file,
        'incidents' as table_name,
        'a severity' as lacks,
        severity is null as is_lacking
    from incidents
    union all by name
    select
        source_file,
        'incidents' as table_name,
        'a resolve time' as lacks,
        resolved_at is null as is_lacking,
        closed_at is not null as is_closed
    from incidents
    union all by name
    select
        source_file,
        'nps_responses' as table_name,
        'a date' as lacks,
        responded_at is null as is_lacking
    from nps_responses
    union all by name
    select
        source_file,
        'changes' as table_name,
        'a date' as lacks,
        coalesce(merged_at, released_at, planned_for, requested_at) is null as is_lacking
    from changes
)

select
    source_file::varchar as file,
    table_name::varchar as table_name,
    (case when count(*) filter (where is_closed) > 0 then lacks || ', only a closing' else lacks end)::varchar as lacks,
    count(*) filter (where is_lacking)::bigint as "rows",
    count(*)::bigint as kept,
from rows_kept
group by source_file, table_name, lacks
having
    count(*) filter (where is_lacking)
    >= case when lacks in ('a severity', 'a date') then 0.25 else 1 end * count(*)
qualify row_number() over (partition by source_file, table_name order by lacks = 'a resolve time') = 1
