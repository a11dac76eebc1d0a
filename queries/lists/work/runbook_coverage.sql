-- title: Runbooks of chronic issues and core services
-- definition: Every problem that came back in the window (a repeat incident with a problem id was opened), every core
--   service, and every other subject that has a runbook, with the newest runbook known by as_of. A runbook that names no
--   problem covers every problem of its service. `stale`: last updated more than 365 days before as_of; `undated`: nobody
--   says when. When no core services are set, every service with a runbook of its own is an other subject.
-- grain: one row per subject: chronic issues first, missing ones first, then most returns
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[]
-- columns: subject varchar, problem_id varchar, service varchar, title varchar, repeats bigint,
--   last_opened_at timestamptz, state varchar, runbook_url varchar, updated_at timestamptz, age_days double
with runbook as (
    select
        problem_id,
        service,
        coalesce(url, '') as url,
        updated_at,
        row_number() over (
            partition by problem_id, if(problem_id is null, service, null) order by updated_at desc nulls last, url
        ) as rank,
    from runbooks
    where coalesce(updated_at <= $as_of, true) and coalesce(problem_id, service) is not null
),

by_problem as (
    select * from runbook where problem_id is not null and rank = 1
),

by_service as (
    select * from runbook where problem_id is null and rank = 1
),

chronic as (
    select
        problem_id,
        arg_max(service, opened_at) as service,
        arg_max(title, opened_at) as title,
        count(*) as repeats,
        max(opened_at) as last_opened_at,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat and problem_id is not null
    group by problem_id
),

core as (
    select unnest(coalesce($core_services::varchar[], [])) as service
),

subject as (
    select
        'chronic issue' as subject,
        chronic.problem_id,
        chronic.service,
        chronic.title,
        chronic.repeats,
        chronic.last_opened_at,
        by_problem.problem_id is not null or by_service.service is not null as has_runbook,
        if(by_problem.problem_id is not null, by_problem.url, by_service.url) as url,
        if(by_problem.problem_id is not null, by_problem.updated_at, by_service.updated_at) as updated_at,
    from chronic
    left join by_problem on chronic.problem_id = by_problem.problem_id
    left join by_service on chronic.service = by_service.service
    union all
    select
        'core service' as subject,
        null as problem_id,
        core.service,
        null as title,
        null as repeats,
        null as last_opened_at,
        by_service.service is not null as has_runbook,
        by_service.url,
        by_service.updated_at,
    from core
    left join by_service on core.service = by_service.service
    where accepts($services, core.service)
    union all
    select
        'other' as subject,
        runbook.problem_id,
        runbook.service,
        null as title,
        null as repeats,
        null as last_opened_at,
        true as has_runbook,
        runbook.url,
        runbook.updated_at,
    from runbook
    where
        runbook.rank = 1
        and accepts($services, runbook.service)
        and coalesce(runbook.problem_id not in (select problem_id from chronic), true)
        and (runbook.problem_id is not null or runbook.service not in (select service from core))
),

judged as (
    select
        *,
        date_diff('hour', updated_at, $as_of) / 24 as age_days,
        case
            when not has_runbook then 'missing'
            when updated_at is null then 'undated'
            when date_diff('hour', updated_at, $as_of) / 24 > 365 then 'stale'
            else 'covered'
        end as state,
    from subject
)

select
    subject::varchar as subject,
    problem_id::varchar as problem_id,
    service::varchar as service,
    title::varchar as title,
    repeats::bigint as repeats,
    last_opened_at::timestamptz as last_opened_at,
    state::varchar as state,
    nullif(url, '')::varchar as runbook_url,
    updated_at::timestamptz as updated_at,
    age_days::double as age_days,
from judged
order by
    list_position(['chronic issue', 'core service', 'other'], subject),
    list_position(['missing', 'stale', 'undated', 'covered'], state),
    repeats desc nulls last,
    problem_id,
    service,
    url
