-- title: Which account an incident hit
-- definition: An incident hit an account when an export of hit accounts names the two, or when a support ticket of the
--   account that was there by as_of is linked to the incident. Each pair once.
-- grain: one row per incident id and account
-- makes: macro
-- columns: incident_id varchar, account_id varchar
create or replace macro hits_at(as_of) as table
select incident_id, account_id,
from incident_accounts
where account_id is not null and incident_id is not null
union
select incident_id, account_id,
from tickets
where account_id is not null and incident_id is not null and created_at <= as_of
