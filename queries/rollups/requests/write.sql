-- title: Availability, rolled up from request logs
-- definition: Good and valid requests per endpoint and interval, in this project's own columns, for intervals that were over
--   when the newest row was written: the logs vouch until then, and that is when the export was made. Endpoints of the same
--   name of several services carry the name of theirs.
-- grain: one row per endpoint and interval, oldest first
-- params: interval_seconds bigint
-- columns: endpoint varchar, service varchar, interval_start varchar, interval_end varchar, good bigint, total bigint,
--   objective double, exported_at varchar
with vouched as (
    select max(newest) + 1 as until_second,
    from judged
    where left_out is null or left_out in ('maintenance', 'not valid', 'unknown endpoint')
),

shared_names as (
    select endpoint,
    from judged
    where left_out is null
    group by endpoint
    having count(distinct coalesce(service, '')) > 1
),

counted as (
    select
        case
            when shared_names.endpoint is not null and judged.service is not null
                then judged.service || ' ' || judged.endpoint
            else judged.endpoint
        end as endpoint,
        judged.service,
        judged.interval_start,
        sum(judged.requests) filter (where judged.is_good) as good,
        sum(judged.requests) as total,
        max(judged.objective) as objective,
        max(vouched.until_second) as until_second,
    from judged
    cross join vouched
    left join shared_names on judged.endpoint = shared_names.endpoint
    where judged.left_out is null and judged.interval_start + $interval_seconds <= vouched.until_second
    group by all
)

select
    endpoint::varchar as endpoint,
    service::varchar as service,
    strftime(make_timestamp(interval_start * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as interval_start,
    strftime(make_timestamp((interval_start + $interval_seconds) * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar
        as interval_end,
    coalesce(good, 0)::bigint as good,
    total::bigint as total,
    objective::double as objective,
    strftime(make_timestamp(until_second * 1000000), '%Y-%m-%dT%H:%M:%SZ')::varchar as exported_at,
from counted
order by interval_start, endpoint, service
