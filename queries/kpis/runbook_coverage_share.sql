-- title: Chronic issues with a runbook
-- definition: Share of the problems that came back in the window (a repeat incident with a problem id was opened) that
--   have a runbook. A runbook that names no problem covers every problem of its service. NULL when nothing came back or no
--   runbook is known.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: census
-- choices: repeat look-back
-- noun: the share of chronic issues with a runbook
-- short: runbooks
-- leaves out: repeat incidents without a problem id
-- tables: incidents, runbooks
-- rows: rows/chronic_issues
-- adds up: share
-- audiences: support
-- covered by: repeats
-- work card: 3 Runbook coverage
-- duty: can be met late
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, left_out_no_problem_id bigint, failed varchar[]
with asked as (select *, from windows_of($windows, ['repeats'])),

repeat as (
    select
        window_id,
        as_of,
        problem_id,
        service,
        opened_at,
    from repeats_in('asked', $services, $teams, $severities)
    where is_repeat
),

-- Known since the first time it was written; one without a date always was.
runbook as (
    select
        problem_id,
        service,
        min(coalesce(updated_at, '-infinity'::timestamptz)) as known_from,
    from runbooks
    group by all
),

judged as (
    select
        repeat.window_id,
        repeat.problem_id,
        count(distinct repeat.opened_at) as returns,
        max(repeat.opened_at) as last_opened_at,
        coalesce(bool_or(of_problem.known_from <= repeat.as_of), false)
        or coalesce(bool_or(of_service.known_from <= repeat.as_of), false) as is_covered,
    from repeat
    left join runbook as of_problem on repeat.problem_id = of_problem.problem_id
    left join runbook as of_service on of_service.problem_id is null and repeat.service = of_service.service
    where repeat.problem_id is not null
    group by repeat.window_id, repeat.problem_id
),

counted as (
    select
        window_id,
        count_if(is_covered) as covered,
        count(*) as issues,
        list(problem_id order by returns desc, last_opened_at desc, problem_id) filter (where not is_covered) as failed,
    from judged
    group by window_id
),

unnamed as (
    select
        window_id,
        count(*) as repeats,
    from repeat
    where problem_id is null
    group by window_id
),

known as (
    select min(known_from) as first_at, from runbook
)

select
    asked.window_id,
    case when known.first_at <= asked.as_of then counted.covered / nullif(counted.issues, 0) end::double as value,
    coalesce(counted.issues, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.covered, 0)::double as numerator,
    coalesce(counted.issues, 0)::double as denominator,
    coalesce(unnamed.repeats, 0)::bigint as left_out_no_problem_id,
    coalesce(counted.failed, [])::varchar[] as failed,
from asked
left join counted on asked.window_id = counted.window_id
left join unnamed on asked.window_id = unnamed.window_id
cross join known
order by asked.window_id
