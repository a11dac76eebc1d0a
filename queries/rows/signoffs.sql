-- title: The changes behind: time from request to sign-off
-- definition: Every change to a core service whose reliability sign-off was given in the window, with the minutes from
--   request to sign-off. Who gave it is not shown.
-- grain: one row per change, slowest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[], limit bigint
-- columns: change_id varchar, title varchar, service varchar, team varchar, requested_at timestamptz,
--   signed_at timestamptz, signoff_minutes double, contributes double, left_out varchar, source varchar,
--   source_file varchar, source_line bigint
with signoff as (
    select
        *,
        case when requested_at <= reliability_signoff_at then minutes_between(requested_at, reliability_signoff_at) end
            as minutes,
        case
            when requested_at is null then 'no time of request'
            when requested_at > reliability_signoff_at then 'signed before the request'
        end as left_out,
    from changes
    where
        reliability_signoff_at >= $start
        and reliability_signoff_at < $end
        and reliability_signoff_at <= $as_of
        and accepts_any($core_services, service)
        and accepts_any($services, service)
        and accepts($teams, team)
)

select
    change_id::varchar as change_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    requested_at::timestamptz as requested_at,
    reliability_signoff_at::timestamptz as signed_at,
    minutes::double as signoff_minutes,
    minutes::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(signoff)),
from signoff
order by minutes desc nulls last, change_id
limit $limit
