-- title: The incidents behind: repeat escalations
-- definition: Every repeat incident opened in the window of which a ticket was escalated.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   repeat_rule varchar, repeat_partner varchar, escalated_engineering_at timestamptz,
--   escalated_executive_at timestamptz, url varchar, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    escalated_engineering_at::timestamptz as escalated_engineering_at,
    escalated_executive_at::timestamptz as escalated_executive_at,
    url::varchar as url,
    1::double as contributes,
    null::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where is_repeat and is_escalated and accepts($severities, severity_counted)
order by opened_at desc, incident_id
limit $limit
