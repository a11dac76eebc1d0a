-- title: Statuspage history (JSON lines rebuilt from the feed)
-- definition: One object per incident, rebuilt from the status page's feed: the start is started_at
--   (published_at is the time of the last update). Severity is the impact word; impact "maintenance" is
--   maintenance. An incident posted after the fact ends when it starts: its zero length is kept. The
--   service is the first component; there may be none.
-- source: statuspage
-- table: incidents
-- requires: id ; title ; started_at ; impact ; status_sequence ; updates
-- optional: url ; resolved_at ; updated_at ; components
-- rows: one per record
-- zone:
-- verified: real file

with published as (
    select
        *,
        lower(try(status_sequence->>'$[#-1]')) as last_status,
        list_filter(
            from_json(updates, '[{"at": "VARCHAR", "status": "VARCHAR"}]'),
            lambda posted: lower(posted.status) = 'monitoring'
        ) as monitoring
    from export
)

select
    id::varchar as incident_id,
    url::varchar as url,
    title::varchar as title,
    try(components->>'$[0]')::varchar as service,
    impact::varchar as severity_text,
    (case when last_status in ('resolved', 'completed') then 'resolved' else 'open' end)::varchar as status,
    (case when lower(trim(impact)) = 'maintenance' then 'maintenance' else 'incident' end)::varchar as kind,
    started_at::varchar as opened_at,
    started_at::varchar as started_at,
    (monitoring[1].at)::varchar as mitigated_at,
    (case when last_status in ('resolved', 'completed') then resolved_at end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    source_line::bigint as source_line
from published
