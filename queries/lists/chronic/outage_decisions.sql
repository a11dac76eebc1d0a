-- title: Decisions about outages in two tools
-- definition: What people decided of incidents of two tools that may be one outage, as the rows were joined by it.
-- grain: one row per pair, in the order of the journal
-- columns: decision varchar, source varchar, incident_id varchar, partner_source varchar, partner_id varchar,
--   entry_id bigint
select
    decision::varchar as decision,
    source::varchar as source,
    incident_id::varchar as incident_id,
    partner_source::varchar as partner_source,
    partner_id::varchar as partner_id,
    entry_id::bigint as entry_id,
from outage_decisions
order by entry_id
