-- title: The alerts that cost most for nothing
-- definition: Alerts fired in the window by their title and service: how often they rang, how often action was needed, and
--   the hours that those which needed none stayed open until somebody closed them. Names that always needed action are
--   not listed.
-- grain: one row per title and service, most hours first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], limit bigint
-- columns: title varchar, service varchar, alerts bigint, labelled bigint, actionable bigint, noise_hours double,
--   last_fired_at timestamptz
with alert as (
    select
        *,
        case when closed_at <= $as_of and closed_at >= fired_at then minutes_between(fired_at, closed_at) / 60 end
            as hours,
    from alerts
    where fired_at >= $start and fired_at < $end and fired_at <= $as_of and accepts($services, service)
),

counted as (
    select
        title,
        service,
        count(*) as alerts,
        count(actionable) as labelled,
        count(*) filter (where actionable) as actionable,
        count(*) filter (where not actionable) as needless,
        sum(hours) filter (where not actionable) as noise_hours,
        max(fired_at) as last_fired_at,
    from alert
    group by title, service
)

select
    title::varchar as title,
    service::varchar as service,
    alerts::bigint as alerts,
    labelled::bigint as labelled,
    actionable::bigint as actionable,
    noise_hours::double as noise_hours,
    last_fired_at::timestamptz as last_fired_at,
from counted
where needless > 0
order by noise_hours desc nulls last, needless desc, title, service
limit $limit
