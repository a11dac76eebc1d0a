-- title: ServiceNow incidents (Excel, column labels)
-- definition: The incident list exported with its column labels (Number, Opened, Short description). Read
--   like the export with field names; "Updated" is never a resolve time, "Parent Incident" and "Caused by Change" are read
--   like parent_incident and caused_by. Not checked against a real file.
-- source: servicenow
-- table: incidents
-- requires: Number ; Opened | Created ; Short description
-- optional: State ; Incident state ; Priority ; Severity ; Business service ; Service ;
--   Configuration item ; Category ; Assignment group ; Problem ; Reopen count ; Resolved ; Closed ;
--   Updated ; Cause ; Resolution code ; Close code ; Parent ; Parent Incident ; Caused by Change ; Correlation ID
-- rows: fold
-- zone:
-- verified: unverified

with records as (
    select
        *,
        regexp_replace(trim("Number"), '\s+', ' ', 'g') as record_number,
        lower(trim(coalesce("Incident state", "State"))) as state_word,
        regexp_replace(
            trim(coalesce("Parent Incident", case when upper(trim("Parent")) like 'INC%' then "Parent" end)),
            '\s+', ' ', 'g'
        ) as parent_number
    from export
),

stated as (
    select
        *,
        case
            when state_word like 'cancel%' then 'cancelled'
            when lower(coalesce("Resolution code", "Close code")) = 'duplicate' then 'merged'
            when state_word like 'closed%' then 'closed'
            when state_word like 'resolved%' then 'resolved'
            when state_word is null and "Closed" is not null then 'closed'
            when state_word is null and "Resolved" is not null then 'resolved'
            else 'open'
        end as status_now
    from records
)

select
    record_number::varchar as incident_id,
    "Short description"::varchar as title,
    coalesce("Business service", "Service", "Configuration item", "Category")::varchar as service,
    "Assignment group"::varchar as team,
    coalesce("Priority", "Severity")::varchar as severity_text,
    status_now::varchar as status,
    'incident'::varchar as kind,
    coalesce("Opened", "Created")::varchar as opened_at,
    (case when status_now in ('resolved', 'closed', 'merged') then "Resolved" end)::varchar as resolved_at,
    (case when status_now in ('closed', 'merged') then "Closed" end)::varchar as closed_at,
    "Updated"::varchar as updated_at,
    "Created"::varchar as recorded_at,
    trim("Correlation ID")::varchar as external_ids,
    "Reopen count"::varchar as reopen_count,
    "Cause"::varchar as root_cause,
    regexp_replace(trim("Caused by Change"), '\s+', ' ', 'g')::varchar as root_cause_id,
    regexp_replace(
        trim(coalesce("Problem", case when upper(trim("Parent")) like 'PRB%' then "Parent" end)), '\s+', ' ', 'g'
    )::varchar as problem_id,
    (case when status_now <> 'merged' then parent_number end)::varchar as repeat_of,
    (case when status_now = 'merged' then parent_number end)::varchar as merged_into,
    "Updated"::varchar as exported_at,
    (case
        when upper(record_number) like 'PRB%' then 'a problem record, not an incident'
        when upper(record_number) like 'CHG%' then 'a change request, not an incident'
        when regexp_matches(upper(record_number), '^(REQ|RITM|SCTASK|TASK)') then 'a request, not an incident'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
