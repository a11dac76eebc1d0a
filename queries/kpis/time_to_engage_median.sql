-- title: Median time to engage, P1
-- definition: Kaplan-Meier median of the minutes from detection (else opening) to the engagement of a responder, of P1
--   incidents opened in the window. Those still waiting stay in as "at least their age". Acknowledgement stands in only
--   for a source that records no engagement at all. NULL with n above 0: more than half still wait.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- noun: the median P1 time to engage
-- short: engagement
-- leaves out: incidents that were over without an engagement recorded; engaged before detected; incidents whose severity is unknown
-- tables: incidents
-- rows: rows/time_to_engage
-- adds up: median
-- samples: samples/time_to_engage
-- also on: engaged_within_target_share
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_not_recorded bigint, left_out_reversed_times bigint,
--   left_out_severity_unknown bigint
with asked as (
    select *, from windows_of($windows, ['incidents'])
),

incident as (
    select *,
    from engagements_in('asked', $services, $teams)
    where severity_counted = 1 or severity_counted is null
),

duration as (  -- noqa: ST03
    select
        window_id,
        minutes,
        is_over,
    from incident
    where severity_counted = 1 and state in ('engaged', 'waiting')
),

quantile as (
    select *, from medians_of('duration')
),

counted as (
    select
        window_id,
        count_if(severity_counted = 1 and state = 'not recorded') as not_recorded,
        count_if(severity_counted = 1 and state = 'reversed times') as reversed_times,
        count_if(severity_counted is null) as severity_unknown,
    from incident
    group by window_id
)

select
    asked.window_id,
    quantile.middle::double as value,
    coalesce(quantile.measured, 0)::bigint as n,
    coalesce(quantile.running, 0)::bigint as open,
    asked.partial,
    quantile.above::double as median_above,
    quantile.quarter::double as quarter,
    quantile.three_quarters::double as three_quarters,
    quantile.nine_tenths::double as nine_tenths,
    coalesce(counted.not_recorded, 0)::bigint as left_out_not_recorded,
    coalesce(counted.reversed_times, 0)::bigint as left_out_reversed_times,
    coalesce(counted.severity_unknown, 0)::bigint as left_out_severity_unknown,
from asked
left join quantile on asked.window_id = quantile.window_id
left join counted on asked.window_id = counted.window_id
order by asked.window_id
