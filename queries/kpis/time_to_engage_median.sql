-- title: Median time to engage, P1
-- definition: Kaplan-Meier median of the minutes from detection (else opening) to the engagement of a responder, of P1
--   incidents opened in the window. Those still waiting stay in as "at least their age". Acknowledgement stands in only
--   for a source that records no engagement at all. NULL with n above 0: more than half still wait.
-- grain: one row
-- unit: minutes
-- better: lower
-- leaves out: incidents that were over without an engagement recorded; engaged before detected; incidents whose severity is unknown
-- table: incidents
-- rows: rows/time_to_engage
-- adds up: median
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, median_above double, left_out_not_recorded bigint,
--   left_out_reversed_times bigint, left_out_severity_unknown bigint
with incident as (
    select * from incidents_in($start, $end, $as_of, $services, $teams)
),

counted as (
    select
        count(*) filter (where severity_counted = 1 and engage_state in ('engaged', 'waiting')) as measured,
        count(*) filter (where severity_counted = 1 and engage_state = 'waiting') as still_waiting,
        count(*) filter (where severity_counted = 1 and engage_state = 'not recorded') as not_recorded,
        count(*) filter (where severity_counted = 1 and engage_state = 'reversed times') as reversed_times,
        count(*) filter (where severity_counted is null) as severity_unknown,
    from incident
),

at_minute as (
    select
        coalesce(engage_minutes, waiting_minutes) as minutes,
        count(*) filter (where engage_state = 'engaged') as ended,
        count(*) as leaving,
    from incident
    where severity_counted = 1 and engage_state in ('engaged', 'waiting')
    group by minutes
),

at_risk as (
    select
        minutes,
        ended,
        sum(leaving) over (order by minutes desc) as at_risk,
    from at_minute
),

-- The share still waiting after each minute at which one was engaged: the product of (1 - engaged / at risk).
curve as (
    select
        minutes,
        exp(sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end) over (order by minutes))
            as share_waiting,
    from at_risk
    where ended > 0
),

middle as (
    select
        min(minutes) filter (where share_waiting <= 0.5 + 1e-9) as reached,
        min(minutes) filter (where share_waiting < 0.5 - 1e-9) as passed,
    from curve
),

longest as (
    select max(minutes) as minutes, from at_minute
)

select
    ((middle.reached + coalesce(middle.passed, middle.reached)) / 2)::double as value,
    counted.measured::bigint as n,
    counted.still_waiting::bigint as open,
    case when middle.reached is null then longest.minutes end::double as median_above,
    counted.not_recorded::bigint as left_out_not_recorded,
    counted.reversed_times::bigint as left_out_reversed_times,
    counted.severity_unknown::bigint as left_out_severity_unknown,
from counted
cross join middle
cross join longest
