-- title: Median time to engage, P1
-- definition: Kaplan-Meier median of the minutes from detection (else opening) to the engagement of a responder, of P1
--   incidents opened in the window. Those still waiting stay in as "at least their age". Acknowledgement stands in only
--   for a source that records no engagement at all. NULL with n above 0: more than half still wait.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- choices: severity rule
-- by severity: yes
-- noun: the median P1 time to engage
-- short: engagement
-- leaves out: incidents that were over without an engagement recorded; engaged before detected; times known to the day only; incidents whose severity is unknown
-- lacking: no incident says when somebody engaged: incidents.engaged_at, incidents.acknowledged_at
-- tables: incidents
-- rows: rows/time_to_engage
-- adds up: median
-- audiences: support
-- samples: samples/time_to_engage
-- also on: engaged_within_target_share
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_not_recorded bigint, left_out_reversed_times bigint,
--   left_out_day_only bigint, left_out_severity_unknown bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select * replace (
        case when severity_counted = 1 then minutes end as minutes,
        case when severity_counted = 1 then state else 'severity unknown' end as state
    )
    from engagements_in('asked', $services, $teams)
    where severity_counted = 1 or severity_counted is null
)

select * exclude (left_out_no_resolve_time, left_out_zero_length), from medians_in('asked', 'incident')
order by window_id
