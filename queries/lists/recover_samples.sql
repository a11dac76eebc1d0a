-- title: Durations behind the median time to recover, P1
-- definition: The minutes to recover of P1 incidents opened in the window, those still open with their age, for
--   resampling: how many took each number of minutes.
-- grain: one row per number of minutes and whether it ended
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: minutes double, ended boolean, n bigint
with incident as (
    select
        coalesce(recover_minutes, open_minutes) as minutes,
        recover_state = 'recovered' as ended,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 and recover_state in ('recovered', 'open')
)

select
    minutes::double as minutes,
    ended::boolean as ended,
    count(*)::bigint as n,
from incident
group by minutes, ended
order by minutes, ended desc
