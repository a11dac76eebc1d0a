-- title: P1 incidents
-- definition: Incidents whose counted severity is 1, opened in the window. The counted severity is the gravest an
--   incident ever had, or its last one where the settings say so. NULL when no export covers the window.
-- grain: one row
-- unit: incidents
-- better: lower
-- leaves out: maintenance, drills and tests; incidents merged into another; incidents whose severity is unknown
-- table: incidents
-- rows: rows/p1_incidents
-- adds up: sum
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, left_out_severity_unknown bigint
with incident as (
    select * from incidents_in($start, $end, $as_of, $services, $teams)
),

counted as (
    select
        count(*) filter (where severity_counted = 1) as p1,
        count(*) filter (where severity_counted = 1 and recover_state = 'open') as still_open,
        count(*) filter (where severity_counted is null) as severity_unknown,
    from incident
)

select
    case when covers('incidents', $start, $end, $as_of) then p1 end::double as value,
    p1::bigint as n,
    still_open::bigint as open,
    severity_unknown::bigint as left_out_severity_unknown,
from counted
