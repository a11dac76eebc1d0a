-- title: Salesforce cases (report)
-- definition: One row per case of a report of type Cases, exported as details only. The account is the account's name; a case
--   is solved when its status says closed or it has a time of closing. Totals and the copyright line below the rows have no
--   opening time and are set aside.
-- source: salesforce
-- table: tickets
-- requires: Case Number ; Subject ; Status ; Date/Time Opened
-- optional: Account Name ; Priority ; Date/Time Closed ; Product ; Last Modified Date ; Parent Case Number
-- also: Date/Time Opened = Opened Date | Created Date ; Date/Time Closed = Closed Date ; Product = Product Name | Asset ;
--   Last Modified Date = Case Last Modified Date
-- rows: one per record
-- zone:
-- verified: documentation

with cases as (
    select
        *,
        lower(trim("Status")) like 'closed%' or lower(trim("Status")) in ('resolved', 'solved') as is_over
    from export
)

select
    "Case Number"::varchar as ticket_id,
    "Account Name"::varchar as account_id,
    "Subject"::varchar as subject,
    "Product"::varchar as service,
    "Priority"::varchar as priority,
    (case when is_over or "Date/Time Closed" is not null then 'closed' else 'open' end)::varchar as status,
    "Date/Time Opened"::varchar as created_at,
    "Date/Time Closed"::varchar as solved_at,
    "Last Modified Date"::varchar as updated_at,
    source_line::bigint as source_line
from cases
