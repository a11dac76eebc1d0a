-- title: Pairs of incidents that somebody decided about
-- definition: Two incidents of two tools of which a person said whether they are one outage, each pair in both orders: whoever
--   looks for one need not know which was named first.
-- grain: two rows per decision
-- makes: macro
-- columns: decision varchar, source varchar, incident_id varchar, partner_source varchar, partner_id varchar
create or replace macro decided_pairs() as table
select decision, source, incident_id, partner_source, partner_id, from outage_decisions
union all
select
    decision,
    partner_source as source,
    partner_id as incident_id,
    source as partner_source,
    incident_id as partner_id,
from outage_decisions
