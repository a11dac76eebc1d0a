-- title: Freshdesk tickets (CSV)
-- definition: One row per ticket of the ticket export, with status and priority as words or as the
--   interface's codes. The account is the company. Not checked against a real file.
-- source: freshdesk
-- table: tickets
-- requires: Ticket ID ; Subject ; Status ; Priority ; Created time ; Resolved time
-- optional: Company Name ; Last update time ; Tags ; Product
-- excludes: Urgency ; Impact ; Requester Name ; Requester Email ; Requester VIP ; Last Updated Time
-- rows: one per record
-- zone:
-- verified: unverified

with tickets as (
    select
        *,
        lower(trim("Status")) as status_word,
        regexp_split_to_array(lower(trim("Tags")), '\s*,\s*') as tag_words
    from export
)

select
    "Ticket ID"::varchar as ticket_id,
    "Company Name"::varchar as account_id,
    "Subject"::varchar as subject,
    "Product"::varchar as service,
    "Priority"::varchar as priority,
    (case
        when status_word in ('resolved', '4') then 'resolved'
        when status_word in ('closed', '5') then 'closed'
        else 'open'
    end)::varchar as status,
    "Created time"::varchar as created_at,
    (case
        when status_word in ('resolved', '4', 'closed', '5') then "Resolved time"
    end)::varchar as solved_at,
    "Last update time"::varchar as updated_at,
    (case when list_has_any(tag_words, ['repeat', 'recurring']) then 'true' end)::varchar as repeat_flag,
    source_line::bigint as source_line
from tickets
