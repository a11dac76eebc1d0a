-- title: Kaplan-Meier quantiles of durations
-- definition: Of each window's durations, the first minute by which the share not yet over falls to one half (`middle`;
--   where it stays at exactly one half, halfway to the next ending), to three quarters, one quarter and one tenth
--   (E. L. Kaplan and P. Meier, 1958, Journal of the American Statistical Association 53, 457-481). Durations that are not
--   over stay in as "at least that long". `samples` names a CTE with window_id, minutes and is_over; NULL minutes are no
--   duration. `middle` is NULL where it is not reached: then it lies above `above`, the minute from which exactly half
--   are not over, else the longest seen.
-- grain: one row per window that has durations
-- makes: macro
-- columns: window_id bigint, measured bigint, running bigint, middle double, above double, quarter double,
--   three_quarters double, nine_tenths double
create or replace macro medians_of(samples) as table
with at_minute as (
    select
        window_id,
        minutes,
        count(*) filter (where is_over) as ended,
        count(*) as leaving,
    from query_table(samples)
    where minutes is not null
    group by window_id, minutes
),

at_risk as (
    select
        *,
        sum(leaving) over (partition by window_id order by minutes desc) as at_risk,
    from at_minute
),

-- The share not over after each minute at which one ended: the product of (1 - ended / at risk).
curve as (
    select
        window_id,
        minutes,
        exp(
            sum(case when ended = at_risk then -1e3 else ln(1 - ended / at_risk) end)
                over (partition by window_id order by minutes)
        ) as share_left,
    from at_risk
    where ended > 0
),

quantile as (
    select
        window_id,
        min(minutes) filter (where share_left <= 0.5 + 1e-9) as reached,
        min(minutes) filter (where share_left < 0.5 - 1e-9) as passed,
        min(minutes) filter (where share_left <= 0.75 + 1e-9) as quarter,
        min(minutes) filter (where share_left <= 0.25 + 1e-9) as three_quarters,
        min(minutes) filter (where share_left <= 0.1 + 1e-9) as nine_tenths,
    from curve
    group by window_id
),

counted as (
    select
        window_id,
        sum(leaving)::bigint as measured,
        sum(leaving - ended)::bigint as running,
        max(minutes) as longest,
    from at_minute
    group by window_id
)

select
    counted.window_id,
    counted.measured,
    counted.running,
    (quantile.reached + quantile.passed) / 2 as middle,
    case when quantile.passed is null then coalesce(quantile.reached, counted.longest) end as above,
    quantile.quarter,
    quantile.three_quarters,
    quantile.nine_tenths,
from counted
left join quantile on counted.window_id = quantile.window_id
