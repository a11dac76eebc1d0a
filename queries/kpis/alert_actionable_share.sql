-- title: Alerts that needed action
-- definition: Actionable alerts as a share of the alerts fired in the window that are labelled one way or the other.
--   Alerts come in groups: `clustering` says how many times the variance of the share is that of as many independent
--   alerts, clustered by day and by service and title without its numbers (A. C. Cameron, J. B. Gelbach and D. L. Miller,
--   2011, Journal of Business and Economic Statistics 29, 238-249); never below 1.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: share
-- noun: the share of actionable alerts
-- short: alerts
-- leaves out: alerts nobody labelled
-- lacking: no alert says whether it was worth acting on: alerts.actionable
-- tables: alerts
-- rows: rows/alerts
-- adds up: share
-- audiences: support
-- work card: 4 Alerts that needed action
-- params: windows windows, services varchar[], time_zone varchar
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, time_zone := 'Europe/Berlin'
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, clustering double, left_out_not_labelled bigint
with asked as (select *, from windows_of($windows, ['alerts'])),

grouped as (
    select
        asked.window_id,
        (alert.fired_at at time zone $time_zone)::date as day,
        alert.service,
        regexp_replace(lower(alert.title), '[^a-z]*[0-9][^ ]*|[^a-z]+', ' ', 'g') as kind,
        count_if(alert.actionable) as actionable,
        count(alert.actionable) as labelled,
        count_if(alert.actionable is null) as not_labelled,
    from asked
    inner join alerts as alert on asked.starts_at <= alert.fired_at and asked.ends_at > alert.fired_at
    where alert.fired_at <= asked.as_of and accepts($services, alert.service)
    group by all
),

counted as (
    select
        window_id,
        sum(actionable)::bigint as actionable,
        sum(labelled)::bigint as labelled,
        sum(not_labelled)::bigint as not_labelled,
    from grouped
    group by window_id
),

-- Whole numbers are squared and added, so that threads may add them in any order.
residual as (
    select
        grouped.window_id,
        grouped.day,
        grouped.service,
        grouped.kind,
        grouping(grouped.day, grouped.service) as way,
        sum(grouped.actionable * counted.labelled - counted.actionable * grouped.labelled)::hugeint as apart,
    from grouped
    inner join counted on grouped.window_id = counted.window_id
    group by grouping sets (
        (grouped.window_id, grouped.day, grouped.service, grouped.kind),
        (grouped.window_id, grouped.day),
        (grouped.window_id, grouped.service, grouped.kind)
    )
),

spread as (
    select
        window_id,
        coalesce(sum(apart * apart) filter (where way = 0), 0) as by_both,
        coalesce(sum(apart * apart) filter (where way = 1), 0) as by_day,
        coalesce(sum(apart * apart) filter (where way = 2), 0) as by_kind,
    from residual
    group by window_id
)

select
    asked.window_id,
    (counted.actionable / nullif(counted.labelled, 0))::double as value,
    coalesce(counted.labelled, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.actionable, 0)::double as numerator,
    coalesce(counted.labelled, 0)::double as denominator,
    greatest(
        1,
        greatest(spread.by_day, spread.by_kind, spread.by_day + spread.by_kind - spread.by_both)::double
        / nullif(counted.labelled::double * counted.actionable * (counted.labelled - counted.actionable), 0)
    )::double as clustering,
    coalesce(counted.not_labelled, 0)::bigint as left_out_not_labelled,
from asked
left join counted on asked.window_id = counted.window_id
left join spread on asked.window_id = spread.window_id
order by asked.window_id
