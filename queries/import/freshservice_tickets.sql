-- title: Freshservice tickets (CSV)
-- definition: One row per ticket of the ticket export. A service desk's incidents are incidents, as in ServiceNow: rows of
--   another type (service requests, cases, alerts) are left out with their type. Status and priority are words or the
--   interface's codes. The header is that of programs that read such exports.
-- source: freshservice
-- table: incidents
-- requires: Ticket ID ; Subject ; Type ; Status ; Priority ; Created time
-- any of: Urgency ; Impact ; Requester Name ; Requester Email ; Requester VIP ; Last Updated Time
-- optional: Category ; Item ; Affected CI ; Group ; Resolved time ; Closed time ; Initial Response Time ;
--   Parent Ticket ID ; Merged ; No. of customers impacted ; Workspace
-- rows: one per record
-- zone:
-- verified: documentation

with tickets as (
    select
        *,
        lower(trim("Status")) as status_word,
        lower(trim("Type")) as type_word
    from export
),

stated as (
    select
        *,
        case
            when status_word in ('resolved', '4') then 'resolved'
            when status_word in ('closed', '5') then 'closed'
            else 'open'
        end as status_now
    from tickets
)

select
    trim("Ticket ID")::varchar as incident_id,
    "Subject"::varchar as title,
    coalesce("Affected CI", "Category", "Item")::varchar as service,
    "Group"::varchar as team,
    -- The interface counts its priorities upwards: 4 is urgent.
    (case trim("Priority")
        when '1' then 'Low'
        when '2' then 'Medium'
        when '3' then 'High'
        when '4' then 'Urgent'
        else "Priority"
    end)::varchar as severity_text,
    status_now::varchar as status,
    'incident'::varchar as kind,
    "Created time"::varchar as opened_at,
    "Initial Response Time"::varchar as acknowledged_at,
    (case when status_now <> 'open' then "Resolved time" end)::varchar as resolved_at,
    (case when status_now = 'closed' then "Closed time" end)::varchar as closed_at,
    "Last Updated Time"::varchar as updated_at,
    "No. of customers impacted"::varchar as customers_affected,
    trim("Parent Ticket ID")::varchar as repeat_of,
    (case
        when lower(trim("Merged")) in ('true', 'yes', '1') then 'merged into another'
        when type_word not like '%incident%' then concat('a ', type_word, ', not an incident')
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
