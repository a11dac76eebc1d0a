-- title: Alerts by service: signal and noise
-- definition: Alerts fired in the window, those somebody labelled, those of them that needed action with the share and its
--   90 % Wilson interval, and the hours that the ones that needed none stayed open.
-- grain: one row per service, most hours without need first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[]
-- columns: service varchar, alerts bigint, labelled bigint, actionable bigint, share double, low double, high double,
--   noise_hours double, untimed bigint
with alert as (
    select
        service,
        actionable,
        case when closed_at <= $as_of and closed_at >= fired_at then minutes_between(fired_at, closed_at) / 60 end
            as hours,
    from alerts
    where fired_at >= $start and fired_at < $end and fired_at <= $as_of and accepts($services, service)
),

counted as (
    select
        service,
        count(*) as alerts,
        count(actionable) as labelled,
        count(*) filter (where actionable) as actionable,
        sum(hours) filter (where not actionable) as noise_hours,
        count(*) filter (where not actionable and hours is null) as untimed,
    from alert
    group by service
)

select
    service::varchar as service,
    alerts::bigint as alerts,
    labelled::bigint as labelled,
    actionable::bigint as actionable,
    (actionable / nullif(labelled, 0))::double as share,
    case when labelled > 0 then wilson_low(actionable, labelled) end::double as low,
    case when labelled > 0 then wilson_high(actionable, labelled) end::double as high,
    noise_hours::double as noise_hours,
    untimed::bigint as untimed,
from counted
order by noise_hours desc nulls last, alerts desc, service
