-- title: Splunk On-Call incidents (reporting JSON)
-- definition: One object per incident of the reporting interface. It has no severity and no title of its
--   own: the title is the display name of what failed, the severity stays unknown. The team is the first
--   that was paged.
-- source: splunk-oncall
-- table: incidents
-- requires: incidentNumber ; currentPhase ; startTime
-- optional: ackTime ; endTime ; entityDispName ; entityId ; service ; teams
-- rows: one per record
-- zone:
-- verified: documentation

select
    incidentNumber::varchar as incident_id,
    coalesce(entityDispName, entityId)::varchar as title,
    service::varchar as service,
    trim(split_part(teams, ',', 1))::varchar as team,
    (case when lower(trim(currentPhase)) = 'resolved' then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    startTime::varchar as opened_at,
    ackTime::varchar as acknowledged_at,
    (case when lower(trim(currentPhase)) = 'resolved' then endTime end)::varchar as resolved_at,
    source_line::bigint as source_line
from export
