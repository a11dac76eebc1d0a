-- title: The incidents behind: median time to engage, P1
-- definition: Every P1 incident opened in the window with its minutes from detection to engagement, one that still waits
--   with its age (`still_open`), and what is left out of the median. `engage_stamp` says whether engagement or
--   acknowledgement was used.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   engage_stamp varchar, engage_from timestamptz, engage_at timestamptz, url varchar, contributes double,
--   still_open boolean, left_out varchar, source varchar, source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    engage_stamp::varchar as engage_stamp,
    engage_from::timestamptz as engage_from,
    engage_at::timestamptz as engage_at,
    url::varchar as url,
    case when severity_counted = 1 then coalesce(engage_minutes, waiting_minutes) end::double as contributes,
    (engage_state = 'waiting')::boolean as still_open,
    case
        when severity_counted is null then 'severity unknown'
        when engage_state in ('not recorded', 'reversed times', 'day only') then engage_state
    end::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where severity_counted = 1 or severity_counted is null
order by contributes desc nulls last, opened_at desc, incident_id
limit $limit
