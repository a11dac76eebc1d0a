-- title: Share of incidents that are repeats
-- definition: Repeat incidents as a share of all incidents opened in the window. It falls only when problems stay away,
--   not merely because there are fewer incidents.
-- grain: one row
-- unit: share
-- better: lower
-- leaves out: maintenance, drills and tests; incidents merged into another; suggested repeats that nobody confirmed
-- table: incidents
-- rows: rows/repeat_share
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double
with counted as (
    select
        count(*) filter (where is_repeat) as repeats,
        count(*) as incidents,
    from incidents_in($start, $end, $as_of, $services, $teams)
)

select
    case when covers('repeats', $start, $end, $as_of) then repeats / nullif(incidents, 0) end::double as value,
    incidents::bigint as n,
    0::bigint as open,
    repeats::double as numerator,
    incidents::double as denominator,
from counted
