-- title: Opsgenie incidents (JSON)
-- definition: One object per incident as the interface lists them. There is no resolve time in it, and
--   updatedAt is not one: a resolved incident has none. The service is the first impacted service (an
--   identifier).
-- source: opsgenie
-- table: incidents
-- requires: id ; tinyId ; message ; status ; createdAt ; impactedServices
-- optional: priority ; updatedAt ; ownerTeam
-- excludes: alias
-- rows: one per record
-- zone:
-- verified: documentation

select
    id::varchar as incident_id,
    message::varchar as title,
    try(impactedServices->>'$[0]')::varchar as service,
    ownerTeam::varchar as team,
    priority::varchar as severity_text,
    (case
        when lower(trim(status)) = 'resolved' then 'resolved'
        when lower(trim(status)) = 'closed' then 'closed'
        else 'open'
    end)::varchar as status,
    'incident'::varchar as kind,
    createdAt::varchar as opened_at,
    updatedAt::varchar as updated_at,
    source_line::bigint as source_line
from export
