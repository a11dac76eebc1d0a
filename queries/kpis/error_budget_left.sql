-- title: Error budget left
-- definition: What is left of the requests that may fail in the whole window, as a share of them: 1 - bad / ((1 -
--   $availability) * valid requests expected by the end). Expected is what was measured, stretched to the whole window.
--   Below 0 the budget is overspent.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- table: availability
-- rows: rows/availability
-- adds up: -
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   availability double
-- columns: value double, n bigint, open bigint, bad double, budget double, burn_rate double
with measured as (
    select
        sum(total) as total,
        sum(total - good) as bad,
        -- The window has run until the last measured interval ended.
        minutes_between($start, least(max(interval_end), $end)) as elapsed_minutes,
    from availability
    where
        interval_start >= $start
        and interval_start < $end
        and interval_end <= $as_of
        and total > 0
        and good between 0 and total
        and accepts($core_services, service)
        and accepts($services, service)
),

budget as (
    select
        *,
        (1 - $availability) * total * minutes_between($start, $end) / nullif(elapsed_minutes, 0) as allowed,
    from measured
)

select
    (1 - bad / nullif(allowed, 0))::double as value,
    coalesce(total, 0)::bigint as n,
    0::bigint as open,
    bad::double as bad,
    allowed::double as budget,
    (bad / total / nullif(1 - $availability, 0))::double as burn_rate,
from budget
