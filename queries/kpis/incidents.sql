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
        is_open,
        accepts($severities, severity_counted) as is_chosen,
        severity_counted is null as is_unknown,
        source_file,
    from openings_in('asked', $services, $teams)
),

counted as (
    select
        window_id,
        count_if(is_chosen) as incidents,
        count_if(is_chosen and is_open) as still_open,
        count_if(is_unknown and not is_chosen) as severity_unknown,
        count(*) as every_one,
        count_if(not is_unknown and not is_chosen) as others,
        mode(source_file order by source_file) filter (where is_unknown and not is_chosen) as severity_unknown_in,
        list_max(map_values(
            histogram(source_file) filter (where is_unknown and not is_chosen)
        )) as severity_unknown_most,
    from incident
    group by window_id
)

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
        when 2 * counted.severity_unknown_most > counted.severity_unknown then counted.severity_unknown_in
    end::varchar as severity_unknown_in,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
