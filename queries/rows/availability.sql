-- title: The intervals behind: availability of core endpoints
-- definition: Every measured interval of the core services' endpoints that starts in the window. The good requests
--   contribute, weighed by the valid ones: availability is the sum of `contributes` over the sum of `weight`.
-- grain: one row per endpoint and interval, most failed requests first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], core_services varchar[], limit bigint
-- columns: endpoint varchar, service varchar, interval_start timestamptz, interval_end timestamptz, bad bigint,
--   contributes double, weight double, left_out varchar, source varchar, source_file varchar, source_line bigint
with measured as (
    select
        *,
        case
            when good > total and total > 0 then 'more good than valid'
            when coalesce(total > 0 and good between 0 and total, false) = false then 'no requests'
        end as left_out,
    from availability
    where
        interval_start >= $start
        and interval_start < $end
        and interval_end <= $as_of
        and accepts($core_services, service)
        and accepts($services, service)
)

select
    endpoint::varchar as endpoint,
    service::varchar as service,
    interval_start::timestamptz as interval_start,
    interval_end::timestamptz as interval_end,
    case when left_out is null then total - good end::bigint as bad,
    case when left_out is null then good end::double as contributes,
    case when left_out is null then total end::double as weight,
    left_out::varchar as left_out,
    unnest(source_of(measured)),
from measured
order by bad desc nulls last, interval_start, endpoint
limit $limit
