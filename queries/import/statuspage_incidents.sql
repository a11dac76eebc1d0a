-- title: Statuspage incidents (JSON of the status page)
-- definition: The incidents a Statuspage publishes at /api/v2/incidents.json (or scheduled maintenances).
--   Severity is the impact word. Scheduled maintenance is kept apart from incidents. "Monitoring" is when a
--   fix was in place. The service is the first component; there may be none.
-- source: statuspage
-- table: incidents
-- requires: id ; name ; status ; impact ; created_at ; incident_updates
-- optional: started_at ; monitoring_at ; resolved_at ; updated_at ; shortlink ; components ;
--   scheduled_for
-- rows: one per record
-- zone:
-- verified: documentation

with published as (
    select
        *,
        lower(trim(status)) as status_word,
        lower(trim(impact)) as impact_word
    from export
)

select
    id::varchar as incident_id,
    shortlink::varchar as url,
    name::varchar as title,
    try(components->>'$[0].name')::varchar as service,
    impact::varchar as severity_text,
    (case
        when status_word in ('resolved', 'postmortem', 'completed') then 'resolved' else 'open'
    end)::varchar as status,
    (case
        when
            impact_word = 'maintenance'
            or scheduled_for is not null
            or status_word in ('scheduled', 'in_progress', 'verifying', 'completed')
            then 'maintenance'
        else 'incident'
    end)::varchar as kind,
    created_at::varchar as opened_at,
    started_at::varchar as started_at,
    monitoring_at::varchar as mitigated_at,
    (case
        when status_word in ('resolved', 'postmortem', 'completed') then resolved_at
    end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    source_line::bigint as source_line
from published
