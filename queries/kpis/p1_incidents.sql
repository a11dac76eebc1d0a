-- title: P1 incidents
-- definition: Incidents whose counted severity is 1, opened in the window. The counted severity is the gravest an
--   incident ever had, or its last one where the settings say so. NULL when no export covers the window, and where
--   the severity of none of its incidents is known.
--   Beside it: P2s (`p2`), those below (`others`), the downgraded ones of all that were ever P1, and the export that more
--   than half of those without a known severity come from.
-- grain: one row per window
-- unit: incidents
-- better: lower
-- family: count
-- noun: P1s
-- short: P1s
-- verb: are
-- leaves out: maintenance, drills and tests; incidents merged into another; incidents whose severity is unknown
-- lacking: no incident has a severity: incidents.severity
-- tables: incidents
-- rows: rows/p1_incidents
-- adds up: sum
-- chart: 1 week
-- reason: 1
-- control: yes
-- card: 1 P1 incidents
-- audiences: product
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz, 'end': '2025-10-01 00:00+02'::timestamptz,
--   'as_of': '2025-11-17 08:00+00'::timestamptz}], services := null, teams := null
-- choices: severity rule
-- by severity: yes
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, by_last_severity bigint,
--   by_first_severity bigint, left_out_severity_unknown bigint, incidents bigint, p2 bigint, others bigint,
--   p1_ever bigint, p1_downgraded bigint, severity_unknown_in varchar
with asked as (select *, from windows_of($windows, ['incidents'])),

opened as (select *, from opening_tallies_in('asked', $services, $teams)),

counted as (
    select
        window_id,
        sum(n) filter (where severity_counted = 1) as p1,
        sum(n) filter (where severity_counted = 1 and is_open) as still_open,
        sum(n) filter (where severity = 1) as by_last_severity,
        sum(n) filter (where coalesce(severity_first, severity) = 1) as by_first_severity,
        sum(n) filter (where severity_counted is null) as severity_unknown,
        sum(n) as incidents,
        sum(n) filter (where severity_counted = 2) as p2,
        sum(n) filter (where severity_counted > 2) as others,
        sum(n) filter (where least(severity, severity_first, severity_highest) = 1) as p1_ever,
        sum(n) filter (where least(severity, severity_first, severity_highest) = 1 and severity > 1) as p1_downgraded,
    from opened
    group by window_id
),

unknown as (select *, from opened where severity_counted is null),  -- noqa: ST03

main_file as (select *, from main_file_of('unknown'))

select
    asked.window_id,
    case
        when counted.severity_unknown = counted.incidents then null
        when asked.covered then coalesce(counted.p1, 0)
    end::double as value,
    coalesce(counted.p1, 0)::bigint as n,
    coalesce(counted.still_open, 0)::bigint as open,
    asked.partial,
    coalesce(counted.by_last_severity, 0)::bigint as by_last_severity,
    coalesce(counted.by_first_severity, 0)::bigint as by_first_severity,
    coalesce(counted.severity_unknown, 0)::bigint as left_out_severity_unknown,
    coalesce(counted.incidents, 0)::bigint as incidents,
    coalesce(counted.p2, 0)::bigint as p2,
    coalesce(counted.others, 0)::bigint as others,
    coalesce(counted.p1_ever, 0)::bigint as p1_ever,
    coalesce(counted.p1_downgraded, 0)::bigint as p1_downgraded,
    case
        when 2 * main_file.n > counted.severity_unknown then main_file.source_file
    end::varchar as severity_unknown_in,
from asked
left join counted on asked.window_id = counted.window_id
left join main_file on asked.window_id = main_file.window_id
order by asked.window_id
