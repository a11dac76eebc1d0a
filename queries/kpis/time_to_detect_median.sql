-- title: Median time to detect
-- definition: Median minutes from the start of an incident to its detection, of the incidents of the chosen severities
--   opened in the window that record both.
-- grain: one row
-- unit: minutes
-- better: lower
-- leaves out: incidents without a start or a detection stamp; detected before they began
-- table: incidents
-- rows: rows/time_to_detect
-- adds up: median
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: value double, n bigint, open bigint, left_out_not_recorded bigint, left_out_reversed_times bigint
with incident as (
    select
        detect_minutes,
        started_at is null or detected_at is null as is_unrecorded,
        detected_at < started_at as is_reversed,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
)

select
    median(detect_minutes)::double as value,
    count(detect_minutes)::bigint as n,
    0::bigint as open,
    count(*) filter (where is_unrecorded)::bigint as left_out_not_recorded,
    count(*) filter (where is_reversed)::bigint as left_out_reversed_times,
from incident
