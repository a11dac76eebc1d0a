-- title: Severity: first against last
-- definition: Incidents opened in the window that record a severity history, by their first and their last severity.
--   `lowered` when the last is milder than the gravest they ever had.
-- grain: one row per pair of severities
-- unit: incidents
-- better: neither
-- tables: incidents
-- rows: rows/reclassified
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: severity_first bigint, severity_last bigint, value double, n bigint, lowered bigint
with incident as (
    select
        coalesce(severity_first, severity_highest) as severity_first,
        severity as severity_last,
        severity_highest < severity as is_lowered,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_reclassified is not null
)

select
    severity_first::bigint as severity_first,
    severity_last::bigint as severity_last,
    count(*)::double as value,
    count(*)::bigint as n,
    count(*) filter (where is_lowered)::bigint as lowered,
from incident
group by severity_first, severity_last
order by severity_first, severity_last
