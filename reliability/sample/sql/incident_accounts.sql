-- Which account each incident hit, in canonical column names.
select
    incident_id(incident_source, copy, incident_number) as incident_id,
    account_id(copy, account) as account_id
from hits
order by copy, incident_source, incident_number, account
