-- title: The incidents behind: median time to recover, P1
-- definition: Every P1 incident opened in the window with its minutes to recover, an open one with its age
--   (`still_open`), and what is left out of the median. `clock` is the stamp the minutes run from.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   clock varchar, recover_from timestamptz, resolved_at timestamptz, url varchar, contributes double,
--   still_open boolean, left_out varchar, source varchar, source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    recover_clock::varchar as clock,
    recover_from::timestamptz as recover_from,
    resolved_at::timestamptz as resolved_at,
    url::varchar as url,
    case when severity_counted = 1 then coalesce(recover_minutes, open_minutes) end::double as contributes,
    (recover_state = 'open')::boolean as still_open,
    case
        when severity_counted is null then 'severity unknown'
        when recover_state in ('no resolve time', 'reversed times', 'zero length', 'day only') then recover_state
        when recover_state = 'open' and recover_from_is_day then 'day only'
    end::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where severity_counted = 1 or severity_counted is null
order by contributes desc nulls last, opened_at desc, incident_id
limit $limit
