-- title: Incidents whose severity was changed
-- definition: Incidents opened in the window whose last severity differs from the first, or is milder than the gravest,
--   that any export or event log shows. `lowered` are now milder than their gravest, `raised` graver than their first. n is
--   how many record a history. NULL when none does.
-- grain: one row per window
-- unit: incidents
-- better: lower
-- family: count
-- noun: reclassified incidents
-- short: severities
-- verb: are
-- leaves out: incidents known from one record without a severity history; incidents whose severity is unknown
-- by severity: yes
-- tables: incidents
-- rows: rows/reclassified
-- adds up: sum
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, lowered bigint, raised bigint,
--   p1_by_first bigint, p1_by_last bigint, p1_by_gravest bigint, left_out_no_history bigint,
--   left_out_severity_unknown bigint
with asked as (select *, from windows_of($windows, ['incidents'])),

counted as (
    select
        window_id,
        count_if(is_reclassified) as reclassified,
        count(is_reclassified) as with_history,
        count_if(severity_highest < severity) as lowered,
        count_if(severity < severity_first) as raised,
        count_if(coalesce(severity_first, severity) = 1) as p1_by_first,
        count_if(severity = 1) as p1_by_last,
        count_if(severity_highest = 1) as p1_by_gravest,
        count_if(is_reclassified is null and severity is not null) as no_history,
        count_if(is_reclassified is null and severity is null) as severity_unknown,
    from openings_in('asked', $services, $teams)
    group by window_id
)

select
    asked.window_id,
    case when counted.with_history > 0 then counted.reclassified end::double as value,
    coalesce(counted.with_history, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.lowered, 0)::bigint as lowered,
    coalesce(counted.raised, 0)::bigint as raised,
    coalesce(counted.p1_by_first, 0)::bigint as p1_by_first,
    coalesce(counted.p1_by_last, 0)::bigint as p1_by_last,
    coalesce(counted.p1_by_gravest, 0)::bigint as p1_by_gravest,
    coalesce(counted.no_history, 0)::bigint as left_out_no_history,
    coalesce(counted.severity_unknown, 0)::bigint as left_out_severity_unknown,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
