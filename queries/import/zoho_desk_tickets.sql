-- title: Zoho Desk tickets (CSV, Excel)
-- definition: One row per ticket of a report or export of Zoho Desk, whose columns say in brackets whose field they are.
--   Zoho Desk is a help desk for customers: its tickets are tickets. The account is the account's name, else the
--   contact's. The header is that of programs that read such exports.
-- source: zoho_desk
-- table: tickets
-- requires: Ticket Id ; Subject ; Status (Ticket) ; Created Time (Ticket)
-- optional: Priority (Ticket) ; Account Name ; Contact Name ; Product Name ; Ticket Closed Time ; Modified Time ; Is Escalated
-- also: Account Name = Account Name (Ticket) | Account Name (Account) ; Contact Name = Contact Name (Ticket) | Customer Name ;
--   Product Name = Product Name (Ticket) | Product ; Ticket Closed Time = Ticket Closed Time (Ticket) | Closed Time ;
--   Modified Time = Modified Time (Ticket)
-- rows: one per record
-- zone:
-- verified: documentation

with tickets as (
    select
        *,
        lower(trim("Status (Ticket)")) as status_word
    from export
)

select
    trim("Ticket Id")::varchar as ticket_id,
    coalesce("Account Name", "Contact Name")::varchar as account_id,
    "Subject"::varchar as subject,
    "Product Name"::varchar as service,
    "Priority (Ticket)"::varchar as priority,
    (case
        when status_word = 'resolved' then 'resolved'
        when status_word in ('closed', 'duplicate') or "Ticket Closed Time" is not null then 'closed'
        else 'open'
    end)::varchar as status,
    "Created Time (Ticket)"::varchar as created_at,
    "Ticket Closed Time"::varchar as solved_at,
    "Modified Time"::varchar as updated_at,
    (case when status_word = 'duplicate' then 'a duplicate of another ticket' end)::varchar as excluded_reason,
    source_line::bigint as source_line
from tickets
