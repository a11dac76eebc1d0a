-- title: Opsgenie incidents (JSON)
-- definition: One object per incident as the interface lists them. A resolved incident ended when its
--   impact did (impactEndDate); older lists lack that, and updatedAt is not a resolve time. The service is the first
--   impacted service (an identifier).
-- source: opsgenie
-- table: incidents
-- requires: id ; tinyId ; message ; status ; createdAt ; impactedServices
-- optional: priority ; updatedAt ; ownerTeam ; impactStartDate ; impactEndDate
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
    impactStartDate::varchar as started_at,
    (case when lower(trim(status)) in ('resolved', 'closed') then impactEndDate end)::varchar as resolved_at,
    updatedAt::varchar as updated_at,
    createdAt::varchar as recorded_at,
    source_line::bigint as source_line
from export
