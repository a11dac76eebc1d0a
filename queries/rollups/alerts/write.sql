-- title: Alerts, rolled up from their events
-- definition: One alert per id, in this project's own columns. It needed action when somebody acted on it or an incident
--   names it; it did not when it closed without either. While it is open and nobody has acted, nobody knows yet. An alert
--   that fires again after it was closed is open again.
-- grain: one row per alert, oldest first
-- columns: alert_id varchar, title varchar, service varchar, fired_at varchar, closed_at varchar, incident_id varchar,
--   actionable boolean, exported_at varchar
with alerts as (
    select
        alert_id,
        arg_max(title, {'at': judged.at, 'said': title}) filter (where title is not null) as title,
        arg_max(service, {'at': judged.at, 'said': service}) filter (where service is not null) as service,
        arg_max(incident_id, {'at': judged.at, 'said': incident_id})
            filter (where incident_id is not null) as incident_id,
        coalesce(min(judged.at) filter (where meaning = 'fired'), min(judged.at)) as fired_at,
        max(judged.at) filter (where meaning = 'fired') as last_fired_at,
        max(judged.at) filter (where meaning = 'closed') as closed_at,
        bool_or(meaning = 'acted') as is_acted_on,
    from judged
    where left_out is null
    group by alert_id
),

vouched as (
    select max(judged.at) + 1 as until_second,
    from judged
    where left_out is null
),

closed as (
    select
        alerts.*,
        case when closed_at >= coalesce(last_fired_at, fired_at) then closed_at end as closed_for_good_at,
        vouched.until_second,
    from alerts
    cross join vouched
)

select
    alert_id::varchar as alert_id,
    title::varchar as title,
    service::varchar as service,
    strftime(make_timestamp(fired_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as fired_at,
    strftime(make_timestamp(closed_for_good_at * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as closed_at,
    incident_id::varchar as incident_id,
    case
        when is_acted_on or incident_id is not null then true
        when closed_for_good_at is not null then false
    end::boolean as actionable,
    strftime(make_timestamp(until_second * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as exported_at,
from closed
order by fired_at, alert_id
