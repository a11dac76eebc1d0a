-- title: Incidents whose severity was changed
-- definition: Incidents opened in the window whose last severity differs from the first, or is milder than the gravest,
--   that any export or event log shows. `lowered` are now milder than their gravest, `raised` graver than their first. n is
--   how many record a history. NULL when none does.
-- grain: one row
-- unit: incidents
-- better: lower
-- leaves out: incidents known from one record without a severity history; incidents whose severity is unknown
-- table: incidents
-- rows: rows/reclassified
-- adds up: sum
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, lowered bigint, raised bigint, p1_by_first bigint, p1_by_last bigint,
--   p1_by_gravest bigint, left_out_no_history bigint, left_out_severity_unknown bigint
with counted as (
    select
        count(*) filter (where is_reclassified) as reclassified,
        count(is_reclassified) as with_history,
        count(*) filter (where severity_highest < severity) as lowered,
        count(*) filter (where severity < severity_first) as raised,
        count(*) filter (where coalesce(severity_first, severity) = 1) as p1_by_first,
        count(*) filter (where severity = 1) as p1_by_last,
        count(*) filter (where severity_highest = 1) as p1_by_gravest,
        count(*) filter (where is_reclassified is null and severity is not null) as no_history,
        count(*) filter (where is_reclassified is null and severity is null) as severity_unknown,
    from incidents_in($start, $end, $as_of, $services, $teams)
)

select
    case when with_history > 0 then reclassified end::double as value,
    with_history::bigint as n,
    0::bigint as open,
    lowered::bigint as lowered,
    raised::bigint as raised,
    p1_by_first::bigint as p1_by_first,
    p1_by_last::bigint as p1_by_last,
    p1_by_gravest::bigint as p1_by_gravest,
    no_history::bigint as left_out_no_history,
    severity_unknown::bigint as left_out_severity_unknown,
from counted
