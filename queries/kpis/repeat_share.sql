-- title: Share of incidents that are repeats
-- definition: Repeat incidents as a share of the incidents opened in the window, of tools that ever say of an incident what
--   it repeats. It falls only when problems stay away, not merely because there are fewer incidents.
-- grain: one row
-- unit: share
-- better: lower
-- leaves out: maintenance, drills and tests; incidents merged into another; suggested repeats that nobody confirmed;
--   incidents of tools that never name a repeat
-- table: incidents
-- rows: rows/repeat_share
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double,
--   left_out_source_tells_no_repeats bigint
with counted as (
    select
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where tells_repeats) as incidents,
        count(*) filter (where not tells_repeats) as untold,
    from incidents_in($start, $end, $as_of, $services, $teams)
)

select
    case when covers('repeats', $start, $end, $as_of) then repeats / nullif(incidents, 0) end::double as value,
    incidents::bigint as n,
    0::bigint as open,
    repeats::double as numerator,
    incidents::double as denominator,
    untold::bigint as left_out_source_tells_no_repeats,
from counted
