-- title: The endings behind: permanent endings
-- definition: Every time a chronic issue was declared over in the year up to the window's end, with the days it stayed away:
--   until it came back, else until as_of; and what is left out.
-- grain: one row per issue and ending, newest first
-- params: end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   ended_after_days bigint, limit bigint
-- columns: issue_id varchar, incident_id varchar, title varchar, service varchar, ended_at timestamptz,
--   fixed_at timestamptz, fix_id varchar, fix_title varchar, fix_tie varchar, back_at timestamptz, came_back boolean,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with ending as (
    select
        *,
        days_over as days,
        case
            when not counts then 'before the first return'
            when is_open then 'still open'
            when ended_at is null then 'no resolve time'
        end as left_out,
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where
        coalesce(ended_at, last_opened_at) < least($end, $as_of)
        and coalesce(ended_at, last_opened_at) >= least($end, $as_of) - interval 365 day
)

select
    issue_id::varchar as issue_id,
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    ended_at::timestamptz as ended_at,
    fixed_at::timestamptz as fixed_at,
    fix_id::varchar as fix_id,
    fix_title::varchar as fix_title,
    fix_tie::varchar as fix_tie,
    back_at::timestamptz as back_at,
    came_back::boolean as came_back,
    case when left_out is null then days end::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(ending)),
from ending
order by coalesce(ended_at, last_opened_at) desc, issue_id, spell
limit $limit
