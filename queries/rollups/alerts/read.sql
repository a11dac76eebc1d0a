-- title: Events of alerts, as they are written
-- definition: Every event of an alerting tool's log, equal ones of a file counted together.
-- grain: one row per file, alert, second, event and what it says
-- logs: at instant ts ; alert_id text alert_id ; event text event ; title text title ? ; service text service ? ;
--   incident_id text incident_id ? ; received instant received_at ?
-- columns: file bigint, alert_id varchar, at bigint, event varchar, title varchar, service varchar, incident_id varchar,
--   left_out varchar, rows bigint, oldest bigint, newest bigint
with looked_at as (
    select
        logs.file,
        logs.alert_id,
        logs.at,
        lower(regexp_replace(logs.event, ' +', ' ', 'g')) as event,
        logs.title,
        logs.service,
        logs.incident_id,
        logs.refused as left_out,
    from logs
)

select
    cast(looked_at.file as bigint) as file,
    looked_at.alert_id,
    cast(looked_at.at as bigint) as at,
    looked_at.event,
    looked_at.title,
    looked_at.service,
    looked_at.incident_id,
    looked_at.left_out,
    cast(count(*) as bigint) as rows,
    cast(looked_at.at as bigint) as oldest,
    cast(looked_at.at as bigint) as newest,
from looked_at
group by
    looked_at.file, looked_at.alert_id, looked_at.at, looked_at.event, looked_at.title, looked_at.service,
    looked_at.incident_id, looked_at.left_out
