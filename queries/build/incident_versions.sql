-- title: What earlier exports said
-- definition: Every older copy of an incident, as a version of it.
-- grain: one row per older copy
-- columns: source varchar, incident_id varchar, exported_at timestamptz, severity bigint, severity_text varchar, status varchar,
--   resolved_at timestamptz, source_file varchar, source_line bigint
select
    staged_incidents.source::varchar as source,
    staged_incidents.incident_id::varchar as incident_id,
    valid.exported_at::timestamptz as exported_at,
    staged_incidents.severity::bigint as severity,
    staged_incidents.severity_text::varchar as severity_text,
    staged_incidents.status::varchar as status,
    staged_incidents.resolved_at::timestamptz as resolved_at,
    valid.source_file::varchar as source_file,
    valid.source_line::bigint as source_line
from superseded
inner join staged_incidents using (row_id)
inner join valid using (row_id)
order by incident_id, exported_at, source_file, source_line
