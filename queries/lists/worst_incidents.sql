-- title: The worst incidents
-- definition: Of the P1 and P2 incidents opened in the window the $limit longest and the $limit that hit most customers,
--   P1 first, longest first. One still open counts with its age.
-- grain: one row per incident
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   resolved_at timestamptz, state varchar, minutes double, still_open boolean, customers_affected bigint,
--   is_repeat boolean, repeat_rule varchar, is_escalated boolean, root_cause varchar, url varchar, source varchar,
--   source_file varchar, source_line bigint
with incident as (
    select
        *,
        coalesce(recover_minutes, open_minutes) as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted <= 2
),

longest as (
    select source, incident_id,
    from incident
    order by severity_counted, minutes desc nulls last, incident_id
    limit $limit
),

widest as (
    select source, incident_id,
    from incident
    where customers_affected > 0
    order by customers_affected desc, severity_counted, incident_id
    limit $limit
),

chosen as (
    select source, incident_id, from longest
    union
    select source, incident_id, from widest
),

worst as (
    select incident.*
    from incident
    inner join chosen
        on incident.source is not distinct from chosen.source and incident.incident_id = chosen.incident_id
)

select
    unnest(head_of(worst)),
    resolved_at::timestamptz as resolved_at,
    recover_state::varchar as state,
    minutes::double as minutes,
    (recover_state = 'open')::boolean as still_open,
    customers_affected::bigint as customers_affected,
    is_repeat::boolean as is_repeat,
    repeat_rule::varchar as repeat_rule,
    is_escalated::boolean as is_escalated,
    root_cause::varchar as root_cause,
    url::varchar as url,
    unnest(source_of(worst)),
from worst
order by severity_counted, minutes desc nulls last, incident_id
