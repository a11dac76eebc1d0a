-- title: Requests, counted as they are written
-- definition: Rows of request logs per file, interval, piece of a maintenance window, endpoint, status and latency band. A
--   band is how many of the latency limits a request reached. Nothing is judged here that does not need the single row: what
--   is good may be changed later without reading the logs again.
-- grain: one row per file, interval, piece, service, endpoint, status, band and reason
-- logs: at instant ts ; service text service ? ; endpoint text endpoint ; status whole status ; duration measure duration_ms ? ;
--   id text request_id ? ; received instant received_at ? ; count whole count ?
-- params: interval_seconds bigint, has_limits boolean, limit_1 double, limit_2 double, limit_3 double, limit_4 double
-- columns: file bigint, interval_start bigint, piece_start bigint, service varchar, endpoint varchar, status bigint,
--   band bigint, left_out varchar, rows bigint, requests bigint, oldest bigint, newest bigint
with looked_at as (
    select
        logs.file,
        logs.at,
        logs.at - logs.at % $interval_seconds as interval_start,
        logs.service,
        logs.endpoint,
        logs.status,
        logs.requests,
        case when not $has_limits or logs.duration is not null then
            case when logs.duration >= $limit_1 then 1 else 0 end
            + case when logs.duration >= $limit_2 then 1 else 0 end
            + case when logs.duration >= $limit_3 then 1 else 0 end
            + case when logs.duration >= $limit_4 then 1 else 0 end
        end as band,
        case
            when logs.refused is not null then logs.refused
            when logs.is_doubled then 'doubled'
            when logs.requests is null then 'no readable count'
        end as left_out,
    from logs
)

select
    cast(looked_at.file as bigint) as file,
    cast(looked_at.interval_start as bigint) as interval_start,
    cast(pieces.starts as bigint) as piece_start,
    looked_at.service,
    looked_at.endpoint,
    looked_at.status,
    cast(looked_at.band as bigint) as band,
    looked_at.left_out,
    cast(count(*) as bigint) as rows,
    cast(sum(looked_at.requests) as bigint) as requests,
    cast(min(looked_at.at) as bigint) as oldest,
    cast(max(looked_at.at) as bigint) as newest,
from looked_at
left join pieces
    on looked_at.interval_start = pieces.slot and looked_at.at >= pieces.starts and looked_at.at < pieces.ends
group by
    looked_at.file, looked_at.interval_start, pieces.starts, looked_at.service, looked_at.endpoint, looked_at.status,
    looked_at.band, looked_at.left_out
