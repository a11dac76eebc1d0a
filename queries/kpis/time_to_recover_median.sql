-- title: Median time to recover, P1
-- definition: Kaplan-Meier median of the minutes from the recovery clock's start to the resolve stamp, of P1 incidents
--   opened in the window. Open ones stay in as "at least their age". Without open ones it is the ordinary median. NULL
--   with n above 0: half or more are still open, the median is above `median_above`.
-- grain: one row per window
-- unit: minutes
-- better: lower
-- family: median
-- choices: severity rule, recovery clock
-- by severity: yes
-- noun: the median P1 time to recover
-- short: recovery
-- leaves out: closed ones without a resolve time; resolved before they began; resolved the moment they began (posted after the
--   fact); times known to the day only; incidents whose severity is unknown
-- lacking: no incident says when it was resolved: incidents.resolved_at, incidents.mitigated_at
-- tables: incidents
-- rows: rows/time_to_recover
-- adds up: median
-- chart: 2 month
-- reason: 2
-- samples: samples/time_to_recover
-- card: 2 Median time to recover, P1
-- audiences: support
-- params: windows windows, services varchar[], teams varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter
--   double, three_quarters double, nine_tenths double, left_out_no_resolve_time bigint, left_out_reversed_times
--   bigint, left_out_zero_length bigint, left_out_day_only bigint, left_out_severity_unknown bigint
with asked as (select *, from windows_of($windows, ['incidents'])),  -- noqa: ST03

incident as (  -- noqa: ST03
    select * replace (
        case when severity_counted = 1 then minutes end as minutes,
        case when severity_counted = 1 then state else 'severity unknown' end as state
    )
    from recoveries_in('asked', $services, $teams)
    where severity_counted = 1 or severity_counted is null
)

select * exclude (left_out_not_recorded), from medians_in('asked', 'incident')
order by window_id
