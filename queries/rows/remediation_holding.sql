-- title: The attempts behind: remediation of chronic issues that held
-- definition: The first remediation after each return of a chronic issue, released in the year up to the window's end, with the
--   days the issue stayed away from then on: until it came back, else until as_of. `work_tie` says how it is tied to it.
-- grain: one row per issue and ending, newest first
-- params: end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   ended_after_days bigint, limit bigint
-- columns: issue_id varchar, incident_id varchar, title varchar, service varchar, ended_at timestamptz,
--   worked_at timestamptz, work_id varchar, work_title varchar, work_tie varchar, back_at timestamptz, came_back boolean,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with ending as (
    select
        *,
        days_after_work as days,
        case
            when not counts then 'before the first return'
        end as left_out,
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where
        worked_at < least($end, $as_of)
        and worked_at >= least($end, $as_of) - interval 365 day
)

select
    issue_id::varchar as issue_id,
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    ended_at::timestamptz as ended_at,
    worked_at::timestamptz as worked_at,
    work_id::varchar as work_id,
    work_title::varchar as work_title,
    work_tie::varchar as work_tie,
    back_at::timestamptz as back_at,
    came_back::boolean as came_back,
    case when left_out is null then days end::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(ending)),
from ending
order by worked_at desc, issue_id, spell
limit $limit
