-- title: Error budget left
-- definition: What is left of the requests that may fail in the whole window, as a share of them: 1 - bad / ((1 -
--   objective) * valid requests expected by the end). The objective is that of the endpoint, $availability where the export
--   names none. Expected is what was measured, stretched to the whole window. Below 0 the budget is overspent.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: census
-- noun: the error budget left
-- short: error budget
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- tables: availability
-- rows: rows/availability
-- adds up: -
-- also on: availability
-- params: windows windows, services varchar[], core_services varchar[], availability double
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, core_services := ['checkout-api', 'payments-gateway'], availability := 0.9995
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, bad double, budget double,
--   burn_rate double
with asked as (
    select *, from windows_of($windows, ['availability'])
),

measured as (
    select
        window_id,
        sum(total) as total,
        sum(total - good) as bad,
        sum((1 - coalesce(objective, $availability)) * total) as allowed_so_far,
        -- The window has run until the last measured interval ended.
        any_value(minutes_between(starts_at, ends_at)) as whole_minutes,
        minutes_between(any_value(starts_at), least(max(interval_end), any_value(ends_at))) as elapsed_minutes,
    from requests_in('asked', $services, $core_services)
    where is_counted
    group by window_id
),

budget as (
    select
        *,
        allowed_so_far * whole_minutes / nullif(elapsed_minutes, 0) as allowed,
    from measured
)

select
    asked.window_id,
    (1 - budget.bad / nullif(budget.allowed, 0))::double as value,
    coalesce(budget.total, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    budget.bad::double as bad,
    budget.allowed::double as budget,
    (budget.bad / nullif(budget.allowed_so_far, 0))::double as burn_rate,
from asked
left join budget on asked.window_id = budget.window_id
order by asked.window_id
