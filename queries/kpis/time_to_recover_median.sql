-- title: Median time to recover, P1
-- definition: Kaplan-Meier median of the minutes from the recovery clock's start to the resolve stamp, of P1 incidents
--   opened in the window. Open ones stay in as "at least their age". Without open ones it is the ordinary median. NULL
--   with n above 0: more than half are still open, the median is above `median_above`.
-- grain: one row
-- unit: minutes
-- better: lower
-- leaves out: closed ones without a resolve time; resolved before they began; incidents whose severity is unknown
-- table: incidents
-- rows: rows/time_to_recover
-- adds up: median
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, median_above double, left_out_no_resolve_time bigint,
--   left_out_reversed_times bigint, left_out_severity_unknown bigint
with incident as (
    select
        severity_counted,
        recover_state,
        coalesce(recover_minutes, open_minutes) as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    -- Few of many: what follows reads them more than once.
    where severity_counted = 1 or severity_counted is null
),

counted as (
    select
        count(*) filter (where severity_counted = 1 and recover_state in ('recovered', 'open')) as measured,
        count(*) filter (where severity_counted = 1 and recover_state = 'open') as still_open,
        count(*) filter (where severity_counted = 1 and recover_state = 'no resolve time') as no_resolve_time,
        count(*) filter (where severity_counted = 1 and recover_state = 'reversed times') as reversed_times,
        count(*) filter (where severity_counted is null) as severity_unknown,
    from incident
),

at_minute as (
    select
        minutes,
        count(*) filter (where recover_state = 'recovered') as ended,
        count(*) as leaving,
    from incident
    where severity_counted = 1 and recover_state in ('recovered', 'open')
    group by minutes
),

at_risk as (
    select
        minutes,
        ended,
        sum(leaving) over (order by minutes desc) as at_risk,
    from at_minute
),

-- The share still open after each minute at which one ended: the product of (1 - ended / at risk).
curve as (
    select
        minutes,
        exp(sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end) over (order by minutes))
            as share_open,
    from at_risk
    where ended > 0
),

-- Where the share rests at exactly one half the median is halfway to the next ending.
middle as (
    select
        min(minutes) filter (where share_open <= 0.5 + 1e-9) as reached,
        min(minutes) filter (where share_open < 0.5 - 1e-9) as passed,
    from curve
),

longest as (
    select max(minutes) as minutes, from at_minute
)

select
    ((middle.reached + coalesce(middle.passed, middle.reached)) / 2)::double as value,
    counted.measured::bigint as n,
    counted.still_open::bigint as open,
    case when middle.reached is null then longest.minutes end::double as median_above,
    counted.no_resolve_time::bigint as left_out_no_resolve_time,
    counted.reversed_times::bigint as left_out_reversed_times,
    counted.severity_unknown::bigint as left_out_severity_unknown,
from counted
cross join middle
cross join longest
