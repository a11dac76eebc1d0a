-- title: Events of tickets, as they are written
-- definition: Every event of a support desk's log, equal ones of a file counted together.
-- grain: one row per file, ticket, second, event and what it says
-- logs: at instant ts ; ticket_id text ticket_id ; event text event ; account_id text account_id ? ; subject text subject ? ;
--   service text service ? ; priority text priority ? ; incident_id text incident_id ? ; problem_id text problem_id ? ;
--   received instant received_at ?
-- columns: file bigint, ticket_id varchar, at bigint, event varchar, account_id varchar, subject varchar, service varchar,
--   priority varchar, incident_id varchar, problem_id varchar, left_out varchar, rows bigint, oldest bigint, newest bigint
with looked_at as (
    select
        logs.file,
        logs.ticket_id,
        logs.at,
        lower(regexp_replace(logs.event, ' +', ' ', 'g')) as event,
        logs.account_id,
        logs.subject,
        logs.service,
        logs.priority,
        logs.incident_id,
        logs.problem_id,
        logs.refused as left_out,
    from logs
)

select
    cast(looked_at.file as bigint) as file,
    looked_at.ticket_id,
    cast(looked_at.at as bigint) as at,
    looked_at.event,
    looked_at.account_id,
    looked_at.subject,
    looked_at.service,
    looked_at.priority,
    looked_at.incident_id,
    looked_at.problem_id,
    looked_at.left_out,
    cast(count(*) as bigint) as rows,
    cast(looked_at.at as bigint) as oldest,
    cast(looked_at.at as bigint) as newest,
from looked_at
group by
    looked_at.file, looked_at.ticket_id, looked_at.at, looked_at.event, looked_at.account_id, looked_at.subject,
    looked_at.service, looked_at.priority, looked_at.incident_id, looked_at.problem_id, looked_at.left_out
