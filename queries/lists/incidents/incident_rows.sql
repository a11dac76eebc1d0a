-- title: Incidents
-- definition: Incidents of the chosen severities opened in the window whose title or id holds the search text (NULL or
--   empty: all; case does not matter), with their clocks and states as known at as_of.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   search varchar, limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, severity_text varchar,
--   severity_first bigint, severity_last bigint, status varchar, opened_at timestamptz, detected_at timestamptz,
--   engage_at timestamptz, resolved_at timestamptz, detect_minutes double, engage_minutes double, engage_state varchar,
--   recover_minutes double, recover_state varchar, open_minutes double, is_repeat boolean, repeat_rule varchar,
--   repeat_partner varchar, issue_id varchar, is_escalated boolean, customers_affected bigint, root_cause varchar,
--   url varchar, source varchar, source_file varchar, source_line bigint
select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    severity_counted::bigint as severity,
    severity_text::varchar as severity_text,
    severity_first::bigint as severity_first,
    severity::bigint as severity_last,
    status::varchar as status,
    opened_at::timestamptz as opened_at,
    detected_at::timestamptz as detected_at,
    engage_at::timestamptz as engage_at,
    resolved_at::timestamptz as resolved_at,
    detect_minutes::double as detect_minutes,
    engage_minutes::double as engage_minutes,
    engage_state::varchar as engage_state,
    recover_minutes::double as recover_minutes,
    recover_state::varchar as recover_state,
    open_minutes::double as open_minutes,
    is_repeat::boolean as is_repeat,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    issue_id::varchar as issue_id,
    is_escalated::boolean as is_escalated,
    customers_affected::bigint as customers_affected,
    root_cause::varchar as root_cause,
    url::varchar as url,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where
    accepts($severities, severity_counted)
    and (
        coalesce($search::varchar, '') = ''
        or contains(lower(coalesce(title, '')), lower($search))
        or contains(lower(incident_id), lower($search))
    )
order by opened_at desc, incident_id
limit $limit
