-- title: The incidents behind: repeat escalations
-- definition: Every repeat incident opened in the window: counted when a ticket of it was escalated.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   repeat_rule varchar, repeat_partner varchar, escalated_engineering_at timestamptz,
--   escalated_executive_at timestamptz, url varchar, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
with incident as (
    select *
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat and accepts($severities, severity_counted)
)

select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    severity_counted::bigint as severity,
    opened_at::timestamptz as opened_at,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    escalated_engineering_at::timestamptz as escalated_engineering_at,
    escalated_executive_at::timestamptz as escalated_executive_at,
    url::varchar as url,
    case when is_escalated then 1 end::double as contributes,
    case when not is_escalated then 'not escalated' end::varchar as left_out,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from incident
order by is_escalated desc, opened_at desc, incident_id
limit $limit
