-- title: Incidents (this project's own CSV)
-- definition: One row per incident, in this project's own column names. The severity may be a word or a
--   number, in severity or severity_text. A status other than open, resolved, closed, cancelled, declined
--   and merged is told from the times; an open incident has no resolve time, whatever the file says. A time may
--   also be given as seconds after opening.
-- source: canonical
-- table: incidents
-- requires: incident_id ; opened_at
-- any of: severity ; severity_text ; status ; title ; service ; resolved_at
-- optional: url ; team ; severity_highest ; severity_first ; kind ; started_at ; detected_at ;
--   acknowledged_at ; engaged_at ; mitigated_at ; closed_at ; updated_at ; reopen_count ; root_cause ;
--   root_cause_id ; problem_id ; repeat_of ; merged_into ; customers_affected ; recorded_at ; external_ids ; exported_at ;
--   acknowledged_seconds ; engaged_seconds ; mitigated_seconds ; resolved_seconds
-- also: severity = priority | sev | severity_level | priority_level | sev_level | criticality | impact_level | severity_name ;
--   resolved_at = end_time | ended_at | end_at | end_date | resolved_on | resolved_date |
--   resolved_time | restored_at | recovered_at | fixed_at | incident_end | time_resolved | date_resolved | resolution_date |
--   finished_at | end | end_timestamp | ended_on | restored_time | service_restored_at ;
--   closed_at = closed_on | closed_date | close_time ; started_at = start_time | start_at | impact_start | incident_start ;
--   detected_at = detection_time | detected_on ; acknowledged_at = ack_time | acked_at | ack_at ;
--   mitigated_at = mitigation_time ; title = summary | short_description | subject | name | description ;
--   service = affected_service | service_name | application | system | component | product ;
--   team = owner_team | assigned_team | assignment_group | team_name ; status = state | incident_status ;
--   kind = type | incident_type ; url = link | html_url | permalink ;
--   recorded_at = created_at | logged_at | reported_at | entered_at ; updated_at = last_updated | modified_at ;
--   external_ids = external_id | correlation_id | external_reference
-- likely: severity ; resolved_at
-- rows: one per record
-- zone:
-- verified: documentation

with stated as (
    select
        *,
        case
            -- Spelled out: for IN with so many words a table of them would be joined.
            when lower(trim(status)) in ('open', 'resolved', 'closed') then lower(trim(status))
            when lower(trim(status)) in ('cancelled', 'declined', 'merged') then lower(trim(status))
            when lower(trim(status)) = 'canceled' then 'cancelled'
            when closed_at is not null then 'closed'
            when coalesce(resolved_at, resolved_seconds) is not null then 'resolved'
            else 'open'
        end as status_now
    from export
)

select
    trim(incident_id)::varchar as incident_id,
    url::varchar as url,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    coalesce(severity_text, severity)::varchar as severity_text,
    severity_highest::varchar as severity_highest,
    severity_first::varchar as severity_first,
    status_now::varchar as status,
    coalesce(lower(trim(kind)), 'incident')::varchar as kind,
    opened_at::varchar as opened_at,
    started_at::varchar as started_at,
    detected_at::varchar as detected_at,
    acknowledged_at::varchar as acknowledged_at,
    engaged_at::varchar as engaged_at,
    mitigated_at::varchar as mitigated_at,
    acknowledged_seconds::varchar as acknowledged_seconds,
    engaged_seconds::varchar as engaged_seconds,
    mitigated_seconds::varchar as mitigated_seconds,
    (case when status_now <> 'open' then resolved_seconds end)::varchar as resolved_seconds,
    (case when status_now <> 'open' then resolved_at end)::varchar as resolved_at,
    closed_at::varchar as closed_at,
    updated_at::varchar as updated_at,
    reopen_count::varchar as reopen_count,
    root_cause::varchar as root_cause,
    regexp_replace(trim(root_cause_id), '\s+', ' ', 'g')::varchar as root_cause_id,
    regexp_replace(trim(problem_id), '\s+', ' ', 'g')::varchar as problem_id,
    trim(repeat_of)::varchar as repeat_of,
    trim(merged_into)::varchar as merged_into,
    customers_affected::varchar as customers_affected,
    recorded_at::varchar as recorded_at,
    trim(external_ids)::varchar as external_ids,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from stated
