-- title: The alerts behind: alerts that needed action
-- definition: Every alert fired in the window: 1 when it needed action, 0 when not, not counted when nobody said.
-- grain: one row per alert, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], limit bigint
-- columns: alert_id varchar, title varchar, service varchar, fired_at timestamptz, closed_at timestamptz,
--   incident_id varchar, contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with alert as (
    select *
    from alerts
    where fired_at >= $start and fired_at < $end and fired_at <= $as_of and accepts($services, service)
)

select
    alert_id::varchar as alert_id,
    title::varchar as title,
    service::varchar as service,
    fired_at::timestamptz as fired_at,
    case when closed_at <= $as_of then closed_at end::timestamptz as closed_at,
    incident_id::varchar as incident_id,
    actionable::bigint::double as contributes,
    case when actionable is null then 'not labelled' end::varchar as left_out,
    unnest(source_of(alert)),
from alert
order by fired_at desc, alert_id
limit $limit
