-- title: The incidents behind: incidents whose severity was changed
-- definition: Every incident opened in the window whose severity was changed, with the first, the gravest and the last
--   one, and those that record no history, which are not counted.
-- grain: one row per incident, changed ones first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, opened_at timestamptz,
--   severity_first bigint, severity_highest bigint, severity bigint, url varchar, contributes double, left_out varchar,
--   source varchar, source_file varchar, source_line bigint
select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    opened_at::timestamptz as opened_at,
    severity_first::bigint as severity_first,
    severity_highest::bigint as severity_highest,
    severity::bigint as severity,
    url::varchar as url,
    case when is_reclassified then 1 end::double as contributes,
    case
        when is_reclassified then null
        when severity is null then 'severity unknown'
        else 'no history'
    end::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where coalesce(is_reclassified, true)
order by contributes nulls last, opened_at desc, incident_id
limit $limit
