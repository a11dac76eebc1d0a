-- title: The incidents behind: median time to recover, all incidents
-- definition: Every incident of the chosen severities opened in the window with its minutes to recover, an open one with
--   its age (`still_open`), and what is left out of the median. `clock` is the stamp the minutes run from.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   clock varchar, recover_from timestamptz, resolved_at timestamptz, url varchar, contributes double,
--   still_open boolean, left_out varchar, source varchar, source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    recover_clock::varchar as clock,
    recover_from::timestamptz as recover_from,
    resolved_at::timestamptz as resolved_at,
    url::varchar as url,
    coalesce(recover_minutes, open_minutes)::double as contributes,
    (recover_state = 'open')::boolean as still_open,
    if(
        recover_state = 'open', if(recover_from_is_day, 'day only', null), nullif(recover_state, 'recovered')
    )::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where accepts($severities, severity_counted)
order by contributes desc nulls last, opened_at desc, incident_id
limit $limit
