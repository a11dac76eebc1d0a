-- title: Alerts that needed action
-- definition: Actionable alerts as a share of the alerts fired in the window that are labelled one way or the other.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: share
-- noun: the share of actionable alerts
-- short: alerts
-- leaves out: alerts nobody labelled
-- tables: alerts
-- rows: rows/alerts
-- adds up: share
-- work card: 4 Alerts that needed action
-- params: windows windows, services varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, left_out_not_labelled bigint
with asked as (select *, from windows_of($windows, ['alerts'])),

counted as (
    select
        asked.window_id,
        count_if(alert.actionable) as actionable,
        count(alert.actionable) as labelled,
        count_if(alert.actionable is null) as not_labelled,
    from asked
    inner join alerts as alert on asked.starts_at <= alert.fired_at and asked.ends_at > alert.fired_at
    where alert.fired_at <= asked.as_of and accepts($services, alert.service)
    group by asked.window_id
)

select
    asked.window_id,
    (counted.actionable / nullif(counted.labelled, 0))::double as value,
    coalesce(counted.labelled, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.actionable, 0)::double as numerator,
    coalesce(counted.labelled, 0)::double as denominator,
    coalesce(counted.not_labelled, 0)::bigint as left_out_not_labelled,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
