-- title: The incidents behind: median time to detect
-- definition: Every incident of the chosen severities opened in the window with its minutes from start to detection, and
--   what is left out of the median.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   started_at timestamptz, detected_at timestamptz, url varchar, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    started_at::timestamptz as started_at,
    detected_at::timestamptz as detected_at,
    url::varchar as url,
    detect_minutes::double as contributes,
    case
        when started_at is null or detected_at is null then 'not recorded'
        when detect_minutes is null and list_has_any(day_only, ['started_at', 'detected_at']) then 'day only'
        when detected_at < started_at then 'reversed times'
    end::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where accepts($severities, severity_counted)
order by contributes desc nulls last, opened_at desc, incident_id
limit $limit
