-- title: Incidents
-- definition: Incidents opened in the window, of the chosen severities. NULL when no export covers the window.
--   Beside it: all of them (`incidents`), those of severities not chosen (`others`), and the export that more than half
--   of those without a known severity come from.
-- grain: one row per window
-- unit: incidents
-- better: lower
-- family: count
-- noun: incidents
-- short: incidents
-- verb: are
-- leaves out: maintenance, drills and tests; incidents merged into another
-- tables: incidents
-- rows: rows/incidents
-- adds up: sum
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, left_out_severity_unknown bigint,
--   incidents bigint, others bigint, severity_unknown_in varchar
with asked as (select *, from windows_of($windows, ['incidents'])),

incident as (
    select
        window_id,
        n,
        is_open,
        accepts($severities, severity_counted) as is_chosen,
        severity_counted is null as is_unknown,
        source_file,
    from opening_tallies_in('asked', $services, $teams)
),

counted as (
    select
        window_id,
        sum(n) filter (where is_chosen) as incidents,
        sum(n) filter (where is_chosen and is_open) as still_open,
        sum(n) filter (where is_unknown and not is_chosen) as severity_unknown,
        sum(n) as every_one,
        sum(n) filter (where not is_unknown and not is_chosen) as others,
    from incident
    group by window_id
),

unknown as (select *, from incident where is_unknown and not is_chosen),  -- noqa: ST03

main_file as (select *, from main_file_of('unknown'))

select
    asked.window_id,
    case when asked.covered then coalesce(counted.incidents, 0) end::double as value,
    coalesce(counted.incidents, 0)::bigint as n,
    coalesce(counted.still_open, 0)::bigint as open,
    asked.partial,
    coalesce(counted.severity_unknown, 0)::bigint as left_out_severity_unknown,
    coalesce(counted.every_one, 0)::bigint as incidents,
    coalesce(counted.others, 0)::bigint as others,
    case
        when 2 * main_file.n > counted.severity_unknown then main_file.source_file
    end::varchar as severity_unknown_in,
from asked
left join counted on asked.window_id = counted.window_id
left join main_file on asked.window_id = main_file.window_id
order by asked.window_id
