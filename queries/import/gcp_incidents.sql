-- title: Google Cloud incidents (incidents.json)
-- definition: The incidents Google Cloud publishes. The clock starts at "begin", when the trouble began;
--   "created" is when it was posted, often later than the end. Severity is the impact word (SERVICE_OUTAGE,
--   SERVICE_DISRUPTION, SERVICE_INFORMATION), which no other tool uses. An incident without an end is open.
-- source: gcp
-- table: incidents
-- requires: id ; number ; begin ; created ; external_desc ; service_name ; severity
-- optional: end ; modified ; status_impact ; uri
-- rows: one per record
-- zone:
-- verified: real file

select
    id::varchar as incident_id,
    ('https://status.cloud.google.com/' || uri)::varchar as url,
    external_desc::varchar as title,
    service_name::varchar as service,
    coalesce(status_impact, severity)::varchar as severity_text,
    (case when "end" is null then 'open' else 'resolved' end)::varchar as status,
    'incident'::varchar as kind,
    "begin"::varchar as opened_at,
    "begin"::varchar as started_at,
    "end"::varchar as resolved_at,
    modified::varchar as updated_at,
    created::varchar as recorded_at,
    source_line::bigint as source_line
from export
