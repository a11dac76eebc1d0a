-- title: Chronic issues with a runbook
-- definition: Share of the problems that came back in the window (a repeat incident with a problem id was opened) that
--   have a runbook. A runbook that names no problem covers every problem of its service. NULL when nothing came back or no
--   runbook is known.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: repeat incidents without a problem id
-- table: incidents, runbooks
-- rows: rows/chronic_issues
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double, left_out_no_problem_id bigint
with repeat as (
    select problem_id, service, from incidents_in($start, $end, $as_of, $services, $teams) where is_repeat
),

runbook as (
    select problem_id, service, from runbooks where updated_at is null or updated_at <= $as_of
),

issue as (
    select
        problem_id,
        bool_or(
            problem_id in (select problem_id from runbook where problem_id is not null)
            or coalesce(
                service in (select service from runbook where problem_id is null and service is not null), false
            )
        ) as is_covered,
    from repeat
    where problem_id is not null
    group by problem_id
),

counted as (
    select
        count(*) filter (where is_covered) as covered,
        count(*) as issues,
    from issue
)

select
    case when exists (select 1 from runbook) then covered / nullif(issues, 0) end::double as value,
    issues::bigint as n,
    0::bigint as open,
    covered::double as numerator,
    issues::double as denominator,
    (select count(*) from repeat where problem_id is null)::bigint as left_out_no_problem_id,
from counted
