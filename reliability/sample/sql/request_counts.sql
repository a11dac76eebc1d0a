-- Request logs as the load balancers write them: a line counts equal requests of one status. Every interval of the true
-- counts becomes a line of good requests and, where there were any, one of failed ones; the last second of the interval is
-- among them. Beside them stands what does not count: health checks, a maintenance window, and a clock that stood at 1970.
with intervals as (
    select
        services.name as service,
        split_part(services.endpoint, ' ', 2) as route,
        begins,
        good,
        total - good as failed,
    from availability
    inner join services using (service)
),

lines as (
    select service, route, begins + 21599 as moment, 200 as status, good as requests from intervals
    union all
    select service, route, begins + 60 * (1 + failed % 300), [500, 502, 503, 504][1 + failed % 4], failed
    from intervals
    where failed > 0
    union all
    select service, '/healthz', begins + 21600 - 7, 200, 720 from intervals where begins % 86400 = 0
    union all
    select service, route, begins + 3600 + 60 * piece, 503, 4000 + 7 * piece
    from intervals
    cross join range(1, 55) as pieces (piece)
    where service = 'search' and begins = epoch(timestamp '2025-03-09 00:00:00')
    union all
    select service, route, 86 + begins % 7, 200, 3 from intervals where begins % (86400 * 50) = 0
)

select
    utc_text(moment) as ts,
    service,
    route,
    status,
    requests
from lines
where
    (moment >= $start and moment < $end)
    -- A clock that stands still is seen in the log of its own day.
    or ($start = (select min(begins) - min(begins) % 86400 from intervals) and moment < 86400)
order by moment, service, route, status, requests
