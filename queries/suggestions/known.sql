-- title: The places of incidents
-- definition: The place of every incident whose id is listed.
-- grain: one row per incident
-- params: ids varchar[]
-- columns: source varchar, incident_id varchar, place bigint
select
    source::varchar as source,
    incident_id::varchar as incident_id,
    place::bigint as place,
from incident
where list_contains($ids, incident_id)
