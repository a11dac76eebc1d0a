-- title: The incidents behind: P1 incidents
-- definition: Every P1 incident opened in the window, and those whose severity is unknown, which are not counted.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   severity_text varchar, resolved_at timestamptz, state varchar, url varchar, contributes double, left_out varchar,
--   source varchar, source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    severity_text::varchar as severity_text,
    resolved_at::timestamptz as resolved_at,
    recover_state::varchar as state,
    url::varchar as url,
    case when severity_counted = 1 then 1 end::double as contributes,
    case when severity_counted is null then 'severity unknown' end::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where severity_counted = 1 or severity_counted is null
order by opened_at desc, incident_id
limit $limit
