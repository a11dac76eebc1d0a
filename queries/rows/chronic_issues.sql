-- title: The issues behind: chronic issues with a runbook
-- definition: Every problem that came back in the window: 1 when a runbook covers it, else 0; and every repeat incident
--   without a problem id, which is not counted. File and line are those of the latest repeat.
-- grain: one row per problem, or per repeat incident without one; most returns first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: problem_id varchar, incident_id varchar, title varchar, service varchar, repeats bigint,
--   last_opened_at timestamptz, runbook_url varchar, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
with repeat as (
    select
        *,
        coalesce('problem ' || problem_id, 'incident ' || coalesce(source, '') || ' ' || incident_id) as issue,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat and accepts($severities, severity_counted)
),

runbook as (
    select
        problem_id,
        service,
        coalesce(url, '') as url,
    from runbooks
    where updated_at is null or updated_at <= $as_of
),

by_problem as (
    select problem_id, max(url) as url, from runbook where problem_id is not null group by problem_id
),

by_service as (
    select service, max(url) as url, from runbook where problem_id is null and service is not null group by service
),

with_runbook as (
    select
        repeat.*,
        coalesce(by_problem.url, by_service.url) as runbook_url,
    from repeat
    left join by_problem on repeat.problem_id = by_problem.problem_id
    left join by_service on repeat.problem_id is not null and repeat.service = by_service.service
),

issue as (
    select
        max(problem_id) as problem_id,
        arg_max(incident_id, opened_at) as incident_id,
        arg_max(title, opened_at) as title,
        arg_max(service, opened_at) as service,
        count(*) as repeats,
        max(opened_at) as last_opened_at,
        max(runbook_url) as runbook_url,
        arg_max(source, opened_at) as source,
        arg_max(source_file, opened_at) as source_file,
        arg_max(source_line, opened_at) as source_line,
    from with_runbook
    group by issue
)

select
    problem_id::varchar as problem_id,
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    repeats::bigint as repeats,
    last_opened_at::timestamptz as last_opened_at,
    nullif(runbook_url, '')::varchar as runbook_url,
    case when problem_id is not null then (runbook_url is not null)::bigint end::double as contributes,
    case when problem_id is null then 'no problem id' end::varchar as left_out,
    unnest(source_of(issue)),
from issue
order by repeats desc, last_opened_at desc, problem_id, incident_id
limit $limit
