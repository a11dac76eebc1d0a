-- title: Hours of a log
-- definition: The hours that a log's rows fall into: what else has to be looked at for rows written twice.
-- grain: one row per hour (Unix seconds of its beginning)
-- params: earliest bigint
-- columns: hour bigint
select distinct cast(logs.at - logs.at % 3600 as bigint) as hour,
from logs
where logs.at >= $earliest
