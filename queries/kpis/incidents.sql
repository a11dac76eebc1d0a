-- title: Incidents
-- definition: Incidents opened in the window, of the chosen severities. NULL when no export covers the window.
-- grain: one row
-- unit: incidents
-- better: lower
-- leaves out: maintenance, drills and tests; incidents merged into another
-- table: incidents
-- rows: rows/incidents
-- adds up: sum
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: value double, n bigint, open bigint, left_out_severity_unknown bigint
with incident as (
    select
        recover_state,
        accepts($severities, severity_counted) as is_chosen,
        severity_counted is null as is_unknown,
    from incidents_in($start, $end, $as_of, $services, $teams)
),

counted as (
    select
        count(*) filter (where is_chosen) as incidents,
        count(*) filter (where is_chosen and recover_state = 'open') as still_open,
        count(*) filter (where is_unknown and not is_chosen) as severity_unknown,
    from incident
)

select
    case when covers('incidents', $start, $end, $as_of) then incidents end::double as value,
    incidents::bigint as n,
    still_open::bigint as open,
    severity_unknown::bigint as left_out_severity_unknown,
from counted
