-- title: The incidents behind: P1 incidents
-- definition: Every P1 incident opened in the window, and those whose severity is unknown, which are not counted.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, severity_text varchar,
--   opened_at timestamptz, resolved_at timestamptz, state varchar, url varchar, contributes double, left_out varchar,
--   source varchar, source_file varchar, source_line bigint
with incident as (
    select *
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 or severity_counted is null
)

select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    severity_counted::bigint as severity,
    severity_text::varchar as severity_text,
    opened_at::timestamptz as opened_at,
    resolved_at::timestamptz as resolved_at,
    recover_state::varchar as state,
    url::varchar as url,
    case when severity_counted = 1 then 1 end::double as contributes,
    case when severity_counted is null then 'severity unknown' end::varchar as left_out,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from incident
order by opened_at desc, incident_id
limit $limit
