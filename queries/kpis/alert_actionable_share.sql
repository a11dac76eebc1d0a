-- title: Alerts that needed action
-- definition: Actionable alerts as a share of the alerts fired in the window that are labelled one way or the other.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: alerts nobody labelled
-- table: alerts
-- rows: rows/alerts
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double, left_out_not_labelled bigint
with counted as (
    select
        count(*) filter (where actionable) as actionable,
        count(actionable) as labelled,
        count(*) filter (where actionable is null) as not_labelled,
    from alerts
    where fired_at >= $start and fired_at < $end and fired_at <= $as_of and accepts($services, service)
)

select
    (actionable / nullif(labelled, 0))::double as value,
    labelled::bigint as n,
    0::bigint as open,
    actionable::double as numerator,
    labelled::double as denominator,
    not_labelled::bigint as left_out_not_labelled,
from counted
