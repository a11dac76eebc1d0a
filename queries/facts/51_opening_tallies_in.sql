-- title: How many incidents opened in each window
-- definition: What openings_in says of each incident, counted: `n` of a window's incidents are alike in every column.
--   `source_file` is named where the counted severity is unknown.
-- grain: several rows per window, each for `n` incidents
-- makes: macro
-- columns: window_id bigint, n bigint, severity bigint, severity_counted bigint, severity_first bigint,
--   severity_highest bigint, is_open boolean, source_file varchar
create or replace macro opening_tallies_in(windows, services, teams) as table
with alike as (
    select
        begins_at,
        severity,
        severity_counted,
        severity_first,
        severity_highest,
        case when severity_counted is null then source_file end as source_file,
        over_at,
        count(*) as n,
    from incidents_in_slices(windows, services, teams, null)
    group by all
)

select
    asked.window_id,
    alike.n,
    alike.severity,
    alike.severity_counted,
    alike.severity_first,
    alike.severity_highest,
    coalesce(alike.over_at > asked.as_of, false) as is_open,
    alike.source_file,
from query_table(windows) as asked
inner join alike
    on asked.starts_at <= alike.begins_at and asked.ends_at > alike.begins_at and asked.as_of >= alike.begins_at
