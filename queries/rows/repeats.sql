-- title: The incidents behind: repeat incidents
-- definition: Every repeat incident opened in the window, with the rule that makes it one and the earlier incident it
--   goes back to.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   resolved_at timestamptz, repeat_rule varchar, repeat_partner varchar, problem_id varchar, url varchar,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
select
    unnest(head_of(incident)),
    resolved_at::timestamptz as resolved_at,
    repeat_rule::varchar as repeat_rule,
    repeat_partner::varchar as repeat_partner,
    problem_id::varchar as problem_id,
    url::varchar as url,
    1::double as contributes,
    null::varchar as left_out,
    unnest(source_of(incident)),
from incidents_in($start, $end, $as_of, $services, $teams) as incident
where is_repeat and accepts($severities, severity_counted)
order by opened_at desc, incident_id
limit $limit
