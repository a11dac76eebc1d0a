-- title: Kaplan-Meier medians of the windows asked about
-- definition: medians_of for every window, also one without durations: its median as `value` (NULL where it is not reached,
--   then `median_above` says what it lies above), how many durations were measured and how many of them still run, and how
--   many records of each state are in no duration. `windows` names a CTE made by windows_of, `samples` one with window_id,
--   state, minutes and is_over.
-- grain: one row per window
-- makes: macro
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, median_above double, quarter double,
--   three_quarters double, nine_tenths double, left_out_not_recorded bigint, left_out_no_resolve_time bigint,
--   left_out_reversed_times bigint, left_out_zero_length bigint, left_out_day_only bigint,
--   left_out_severity_unknown bigint
create or replace macro medians_in(windows, samples) as table
with state as (
    select
        window_id,
        count_if(state = 'not recorded') as not_recorded,
        count_if(state = 'no resolve time') as no_resolve_time,
        count_if(state = 'reversed times') as reversed_times,
        count_if(state = 'zero length') as zero_length,
        count_if(state = 'day only') as day_only,
        count_if(state = 'severity unknown') as severity_unknown,
    from query_table(samples)
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
    coalesce(state.not_recorded, 0)::bigint as left_out_not_recorded,
    coalesce(state.no_resolve_time, 0)::bigint as left_out_no_resolve_time,
    coalesce(state.reversed_times, 0)::bigint as left_out_reversed_times,
    coalesce(state.zero_length, 0)::bigint as left_out_zero_length,
    coalesce(state.day_only, 0)::bigint as left_out_day_only,
    coalesce(state.severity_unknown, 0)::bigint as left_out_severity_unknown,
from query_table(windows) as asked
left join medians_of(samples) as quantile on asked.window_id = quantile.window_id
left join state on asked.window_id = state.window_id
