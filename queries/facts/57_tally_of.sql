-- title: How many incidents took each number of minutes
-- definition: `incidents` names a CTE with window_id, incident_id, state, minutes and is_over, one row per incident. Of those
--   that took equally long the first by its id is named.
-- grain: one row per window, state and number of minutes; minutes are NULL for what is in no duration
-- makes: macro
-- columns: window_id bigint, state varchar, minutes double, is_over boolean, n bigint, incident_id varchar
create or replace macro tally_of(incidents) as table
select
    window_id,
    state::varchar as state,
    minutes::double as minutes,
    is_over::boolean as is_over,
    count(*)::bigint as n,
    min(incident_id)::varchar as incident_id,
from query_table(incidents)
group by all
