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
--   root_cause_id ; problem_id ; repeat_of ; merged_into ; customers_affected ; exported_at ;
--   acknowledged_seconds ; engaged_seconds ; mitigated_seconds ; resolved_seconds
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
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from stated
