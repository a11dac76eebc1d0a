-- title: Median time to recover, all incidents
-- definition: Kaplan-Meier median of the minutes from the recovery clock's start to the resolve stamp, of the incidents
--   of the chosen severities opened in the window. Open ones stay in as "at least their age". NULL with n above 0: more
--   than half are still open, the median is above `median_above`.
-- grain: one row
-- unit: minutes
-- better: lower
-- leaves out: closed ones without a resolve time; resolved before they began
-- table: incidents
-- rows: rows/time_to_recover_all
-- adds up: median
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: value double, n bigint, open bigint, median_above double, left_out_no_resolve_time bigint,
--   left_out_reversed_times bigint
with incident as (
    select
        recover_state,
        case recover_state when 'recovered' then recover_minutes when 'open' then open_minutes end as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

counted as (
    select
        count(minutes) as measured,
        count(*) filter (where recover_state = 'open') as still_open,
        count(*) filter (where recover_state = 'no resolve time') as no_resolve_time,
        count(*) filter (where recover_state = 'reversed times') as reversed_times,
        max(minutes) as longest,
    from incident
),

-- An open incident outlasts every finished one unless it is younger than the median: then only the whole curve will do.
-- The quantiles take a tenth of the time.
ranked as (
    select quantile_disc(case when recover_state = 'open' then 'inf'::double else minutes end, 0.5) as reached,
    from incident
    where minutes is not null
),

needs_curve as (
    select count(*) > 0 as is_needed,
    from incident
    where recover_state = 'open' and minutes < (select reached from ranked)
),

simple as (
    select
        nullif(ranked.reached, 'inf'::double) as reached,
        min(incident.minutes) filter (where incident.recover_state = 'recovered' and incident.minutes > ranked.reached)
            as next_ending,
        count(*) filter (where incident.recover_state = 'recovered' and incident.minutes <= ranked.reached) * 2
        = count(incident.minutes) as rests_at_half,
    from ranked
    left join incident on incident.minutes is not null
    group by ranked.reached
),

at_minute as (
    select
        minutes,
        count(*) filter (where recover_state = 'recovered') as ended,
        count(*) as leaving,
    from incident
    where minutes is not null and (select is_needed from needs_curve)
    group by minutes
),

at_risk as (
    select
        minutes,
        ended,
        sum(leaving) over (order by minutes desc) as at_risk,
    from at_minute
),

curve as (
    select
        minutes,
        exp(sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end) over (order by minutes))
            as share_open,
    from at_risk
    where ended > 0
),

middle as (
    select
        min(minutes) filter (where share_open <= 0.5 + 1e-9) as reached,
        min(minutes) filter (where share_open < 0.5 - 1e-9) as passed,
    from curve
),

median as (
    select
        case
            when needs_curve.is_needed then (middle.reached + coalesce(middle.passed, middle.reached)) / 2
            when simple.rests_at_half then (simple.reached + coalesce(simple.next_ending, simple.reached)) / 2
            else simple.reached
        end as minutes,
    from needs_curve
    cross join simple
    cross join middle
)

select
    median.minutes::double as value,
    counted.measured::bigint as n,
    counted.still_open::bigint as open,
    case when median.minutes is null then counted.longest end::double as median_above,
    counted.no_resolve_time::bigint as left_out_no_resolve_time,
    counted.reversed_times::bigint as left_out_reversed_times,
from counted
cross join median
