-- title: The incidents behind: share of incidents that are repeats
-- definition: Every incident opened in the window: 1 when it is a repeat, else 0; not counted when the tool it
--   comes from never says of any incident what it repeats.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   repeat_rule varchar, repeat_partner varchar, problem_id varchar, url varchar, contributes double, left_out varchar,
--   source varchar, source_file varchar, source_line bigint
with incident as (
    select *,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
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
    problem_id::varchar as problem_id,
    url::varchar as url,
    case when tells_repeats then is_repeat::bigint end::double as contributes,
    case when not tells_repeats then 'source records no repeats' end::varchar as left_out,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from incident
order by opened_at desc, incident_id
limit $limit
