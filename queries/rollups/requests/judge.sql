-- title: Requests, judged
-- definition: Every count of requests with the endpoint it belongs to and whether it is good, or why it is left out: requests
--   of endpoints that nobody named, in maintenance windows of their service, and of statuses that are nobody's failure. A
--   request is good when its status is and it took less than the limit of its endpoint. An interval that begins after its
--   file was received comes from a wrong clock.
-- grain: one row per count
-- columns: file bigint, interval_start bigint, endpoint varchar, service varchar, objective double, is_good boolean,
--   requests bigint, newest bigint, rows bigint, left_out varchar
with names as (
    select distinct
        service,
        endpoint,
    from partial
),

rules_of_names as (
    select
        names.service,
        names.endpoint,
        rules.number,
        coalesce(rules.service, names.service) as service_called,
        coalesce(rules.endpoint, names.endpoint) as endpoint_called,
        rules.objective,
        rules.limit_rank,
    from names
    left join rules
        on
            coalesce(names.endpoint, '') like rules.endpoint_like escape '^'
            and coalesce(names.service, '') like rules.service_like escape '^'
    qualify row_number() over (partition by names.service, names.endpoint order by rules.number nulls last) = 1
),

named as (
    select
        partial.*,
        rules_of_names.number,
        rules_of_names.service_called,
        rules_of_names.endpoint_called,
        rules_of_names.objective,
        rules_of_names.limit_rank,
        statuses.kind,
        files.received,
        exists(
            select 1
            from maintenance
            where
                partial.piece_start >= maintenance.starts
                and partial.piece_start < maintenance.ends
                and (maintenance.service is null or maintenance.service = rules_of_names.service_called)
        ) as is_maintained,
    from partial
    inner join files on partial.file = files.file
    left join rules_of_names
        on
            partial.service is not distinct from rules_of_names.service
            and partial.endpoint is not distinct from rules_of_names.endpoint
    left join statuses on partial.status = statuses.status
)

select
    file::bigint as file,
    interval_start::bigint as interval_start,
    endpoint_called::varchar as endpoint,
    service_called::varchar as service,
    objective::double as objective,
    (kind = 'good' and (limit_rank is null or band < limit_rank))::boolean as is_good,
    requests::bigint as requests,
    newest::bigint as newest,
    rows::bigint as rows,
    case
        when left_out is not null then left_out
        when interval_start > received then 'clock ahead'
        when endpoint is null then 'no endpoint'
        when number is null then 'unknown endpoint'
        when is_maintained then 'maintenance'
        when kind is null then 'no readable status'
        when kind = 'not valid' then 'not valid'
        when kind = 'good' and limit_rank is not null and band is null then 'no readable duration'
    end::varchar as left_out,
from named
