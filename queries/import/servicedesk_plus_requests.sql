-- title: ServiceDesk Plus requests (CSV, Excel)
-- definition: One row per request of ManageEngine's list or report with its type of request, which tells incidents from
--   service requests: those are left out with their type. Without that column nobody can tell, and the file is mapped by
--   hand. The header is that of programs that read such exports.
-- source: servicedesk_plus
-- table: incidents
-- requires: Request ID | RequestID ; Subject ; Request Type ; Request Status ; Created Time
-- optional: Priority ; Urgency ; Service Category ; Category ; Group ; Responded Date ; Resolved Time ; Completed Time ;
--   Last Updated Time ; Root Cause ; Reopened Count
-- rows: one per record
-- zone:
-- verified: documentation

with requests as (
    select
        *,
        lower(trim("Request Status")) as status_word,
        lower(trim("Request Type")) as type_word
    from export
),

stated as (
    select
        *,
        case
            when status_word like 'cancel%' then 'cancelled'
            when status_word like 'reject%' then 'declined'
            when status_word in ('closed', 'completed') then 'closed'
            when status_word = 'resolved' then 'resolved'
            else 'open'
        end as status_now
    from requests
)

select
    trim(coalesce("Request ID", "RequestID"))::varchar as incident_id,
    "Subject"::varchar as title,
    coalesce("Service Category", "Category")::varchar as service,
    "Group"::varchar as team,
    "Priority"::varchar as severity_text,
    status_now::varchar as status,
    'incident'::varchar as kind,
    "Created Time"::varchar as opened_at,
    "Responded Date"::varchar as acknowledged_at,
    (case when status_now in ('resolved', 'closed') then "Resolved Time" end)::varchar as resolved_at,
    (case when status_now = 'closed' then "Completed Time" end)::varchar as closed_at,
    "Last Updated Time"::varchar as updated_at,
    "Reopened Count"::varchar as reopen_count,
    "Root Cause"::varchar as root_cause,
    (case
        when type_word not like '%incident%' then concat('a ', type_word, ', not an incident')
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
