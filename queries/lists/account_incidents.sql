-- title: The incidents that reached an account
-- definition: Incidents opened in the window that a recorded account or a linked ticket says reached the customer.
--   `minutes` is the time to recover, of an open one its age at as_of. `known_by` says how: recorded, or by a ticket.
-- grain: one row per incident, newest first
-- params: account_id varchar, start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   severities bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, severity bigint, opened_at timestamptz,
--   resolved_at timestamptz, recover_state varchar, minutes double, is_repeat boolean, issue_id varchar, known_by varchar,
--   source varchar, source_file varchar, source_line bigint
with hit as (
    select incident_id, true as recorded, from incident_accounts where account_id = $account_id
    union all
    select incident_id, false as recorded,
    from tickets
    where account_id = $account_id and incident_id is not null and created_at <= $as_of
),

link as (
    select
        incident_id,
        bool_or(recorded) as recorded,
    from hit
    group by incident_id
)

select
    incident.incident_id::varchar as incident_id,
    incident.title::varchar as title,
    incident.service::varchar as service,
    incident.severity_counted::bigint as severity,
    incident.opened_at::timestamptz as opened_at,
    incident.resolved_at::timestamptz as resolved_at,
    incident.recover_state::varchar as recover_state,
    coalesce(incident.recover_minutes, incident.open_minutes)::double as minutes,
    incident.is_repeat::boolean as is_repeat,
    incident.issue_id::varchar as issue_id,
    case when link.recorded then 'recorded' else 'ticket' end::varchar as known_by,
    incident.source::varchar as source,
    incident.source_file::varchar as source_file,
    incident.source_line::bigint as source_line,
from incidents_in($start, $end, $as_of, $services, $teams) as incident
inner join link on incident.incident_id = link.incident_id
where accepts($severities, incident.severity_counted)
order by incident.opened_at desc, incident.incident_id
limit $limit
