-- title: Grafana OnCall alert groups (JSON of the interface)
-- definition: One object per alert group; a group is an incident, because it is what people acknowledge and resolve. There is
--   no severity in it. The service is the integration (an identifier) that the alerts came from.
-- source: grafana-oncall
-- table: incidents
-- requires: id ; integration_id ; alerts_count ; state ; created_at
-- optional: title ; acknowledged_at ; resolved_at ; team_id ; permalinks
-- rows: one per record
-- zone:
-- verified: documentation

select
    id::varchar as incident_id,
    coalesce(try(permalinks->>'$.web'), try(permalinks->>'$.slack'))::varchar as url,
    title::varchar as title,
    integration_id::varchar as service,
    team_id::varchar as team,
    (case when lower(trim(state)) = 'resolved' then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    created_at::varchar as opened_at,
    acknowledged_at::varchar as acknowledged_at,
    (case when lower(trim(state)) = 'resolved' then resolved_at end)::varchar as resolved_at,
    created_at::varchar as recorded_at,
    source_line::bigint as source_line
from export
