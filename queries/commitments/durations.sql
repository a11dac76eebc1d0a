-- title: Durations of a promise's window
-- definition: Minutes of the incidents opened in the window by one of three clocks: 'recover', 'engage' (detection to
--   engagement) or 'detect' (start to detection): `ended` of those that have ended, `running` the ages of those that have
--   not. The lists are in no order.
-- grain: one row: two lists, and what they leave out
-- leaves out: incidents over without the stamp (`unrecorded`); ended before they began (`reversed_times`)
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   severities bigint[], clock varchar, worst_only boolean
-- columns: ended double[], running double[], unrecorded bigint, reversed_times bigint, severity_unknown bigint
with measured as (
    select
        severity_counted is null as severity_unknown,
        (not $worst_only or coalesce(severity_counted = 1, false)) and accepts($severities, severity_counted)
            as is_chosen,
        case $clock
            when 'recover' then coalesce(recover_minutes, open_minutes)
            when 'engage' then coalesce(engage_minutes, waiting_minutes)
            when 'detect' then detect_minutes
        end as minutes,
        case $clock
            when 'recover' then recover_minutes is not null
            when 'engage' then engage_minutes is not null
            when 'detect' then true
        end as ended,
        case $clock
            when 'recover' then recover_state = 'reversed times'
            when 'engage' then engage_state = 'reversed times'
            when 'detect' then detected_at < started_at
        end as is_reversed,
    from incidents_in($start, $end, $as_of, $services, $teams)
    -- One pass over a window that may hold millions: the chosen ones, and those whose severity nobody knows.
    where severity_counted is null or not $worst_only or severity_counted = 1
),

counted as (
    select
        list(minutes) filter (where is_chosen and minutes is not null and ended) as ended,
        list(minutes) filter (where is_chosen and minutes is not null and not ended) as running,
        count(*) filter (where is_chosen and minutes is null and not coalesce(is_reversed, false)) as unrecorded,
        count(*) filter (where is_chosen and is_reversed) as reversed_times,
        count(*) filter (where severity_unknown) as severity_unknown,
    from measured
)

select
    coalesce(ended, [])::double[] as ended,
    coalesce(running, [])::double[] as running,
    unrecorded::bigint as unrecorded,
    reversed_times::bigint as reversed_times,
    severity_unknown::bigint as severity_unknown,
from counted
