-- title: The incidents behind: incidents
-- definition: Every incident of the chosen severities opened in the window. With a severity filter those whose severity
--   is unknown are listed and not counted.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   severity_text varchar, resolved_at timestamptz, state varchar, url varchar, contributes double, left_out varchar,
--   source varchar, source_file varchar, source_line bigint
with incident as (
    select
        *,
        accepts($severities, severity_counted) as is_chosen,
    from incidents_in($start, $end, $as_of, $services, $teams)
)

select
    unnest(head_of(incident)),
    severity_text::varchar as severity_text,
    resolved_at::timestamptz as resolved_at,
    recover_state::varchar as state,
    url::varchar as url,
    case when is_chosen then 1 end::double as contributes,
    case when not is_chosen then 'severity unknown' end::varchar as left_out,
    unnest(source_of(incident)),
from incident
where is_chosen or severity_counted is null
order by opened_at desc, incident_id
limit $limit
