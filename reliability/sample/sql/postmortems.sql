-- Postmortems in canonical column names.
select
    incident_id(incident_source, copy, incident_number) as incident_id,
    utc_text(published) as published_at,
    one_of((select engineers from texts), text) as owner,
    case when attested then 'true' end as blameless,
    actions as actions_total,
    actions_done,
    'https://postmortems.northwind.example/' || incident_id(incident_source, copy, incident_number) as url
from postmortems
where published > 0
order by published, copy, incident_number
