-- Alerts in canonical column names.
select
    printf('AL%07d', alerts.copy * 20000 + alerts.number) as alert_id,
    filled(
        case
            when actionable = 1 then one_of((select alert_actionable from texts), text)
            else one_of((select alert_noise from texts), text)
        end,
        services.name, services.words, '', text
    ) as title,
    services.name as service,
    utc_text(fired) as fired_at,
    utc_text(known(closed, $made)) as closed_at,
    incident_id(incident_source, alerts.copy, incident_number) as incident_id,
    case actionable when 1 then 'true' when 0 then 'false' end as actionable
from alerts
inner join services using (service)
order by fired, alerts.copy, alerts.number
