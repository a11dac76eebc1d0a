-- title: What the exports said of an incident
-- definition: Every version of an incident that any export holds, the kept one last.
-- grain: one row per version, oldest first
-- params: incident_id varchar
-- columns: incident_id varchar, exported_at timestamptz, severity bigint, severity_text varchar, status varchar,
--   resolved_at timestamptz, is_current boolean, source varchar, source_file varchar, source_line bigint
with version as (
    select
        incident_id, exported_at, severity, severity_text, status, resolved_at, false as is_current, source,
        source_file, source_line,
    from incident_versions
    where incident_id = $incident_id
    union all
    select
        incident_id, exported_at, severity, severity_text, status, resolved_at, true as is_current, source,
        source_file, source_line,
    from fact_incidents
    where incident_id = $incident_id
)

select
    incident_id::varchar as incident_id,
    exported_at::timestamptz as exported_at,
    severity::bigint as severity,
    severity_text::varchar as severity_text,
    status::varchar as status,
    resolved_at::timestamptz as resolved_at,
    is_current::boolean as is_current,
    unnest(source_of(version)),
from version
order by source, is_current, exported_at, source_file, source_line
