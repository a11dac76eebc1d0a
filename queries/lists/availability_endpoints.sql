-- title: Availability by endpoint
-- definition: Good requests as a share of valid requests of each endpoint of the core services (every endpoint where none
--   are named) over the intervals that start in the window. `budget_left` is the share of its error budget for the whole
--   window that is left. `gap_minutes` is the time, up to as_of, that was not measured; `gaps_bad` and `gaps_good` are the
--   shares had every request of the gaps failed, or gone well.
-- grain: one row per endpoint, worst first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[],
--   availability double
-- columns: endpoint varchar, service varchar, value double, good bigint, total bigint, budget_left double,
--   gap_minutes double, gaps_bad double, gaps_good double, last_at timestamptz
with by_endpoint as (
    select
        endpoint,
        max(service) as service,
        sum(good) as good,
        sum(total) as total,
        sum(minutes_between(interval_start, interval_end)) as measured_minutes,
        max(interval_end) as last_at,
    from measured_in($start, $end, $as_of, $services, $core_services)
    group by endpoint
),

with_gaps as (
    select
        *,
        greatest(minutes_between($start, least($end, $as_of)) - measured_minutes, 0) as gap_minutes,
        minutes_between($start, least(last_at, $end)) as elapsed_minutes,
    from by_endpoint
),

with_expected as (
    select
        *,
        -- The gaps are taken to hold as many requests a minute as was measured.
        total * gap_minutes / nullif(measured_minutes, 0) as missed,
        total * minutes_between($start, $end) / nullif(elapsed_minutes, 0) as expected,
    from with_gaps
)

select
    endpoint::varchar as endpoint,
    service::varchar as service,
    (good / total)::double as value,
    good::bigint as good,
    total::bigint as total,
    (1 - (total - good) / nullif((1 - $availability) * expected, 0))::double as budget_left,
    gap_minutes::double as gap_minutes,
    (good / (total + missed))::double as gaps_bad,
    ((good + missed) / (total + missed))::double as gaps_good,
    last_at::timestamptz as last_at,
from with_expected
order by value, endpoint
