-- title: Incidents opened in each window
-- definition: One row for each incident and window it opened in, as known at the window's as_of, that passes the filters
--   (NULL or empty: all). `windows` is the name of a CTE made by windows_of. Severities are those the exports record.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, severity bigint, severity_counted bigint, severity_first bigint, severity_highest bigint,
--   is_reclassified boolean, is_open boolean, source_file varchar
create or replace macro openings_in(windows, services, teams) as table
select
    asked.window_id,
    incident.severity,
    incident.severity_counted,
    incident.severity_first,
    incident.severity_highest,
    incident.is_reclassified,
    incident.over_at > asked.as_of as is_open,
    incident.source_file,
from query_table(windows) as asked
inner join fact_incidents as incident
    on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
where incident.opened_at <= asked.as_of and accepts(services, incident.service) and accepts(teams, incident.team)
