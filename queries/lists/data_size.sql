-- title: How many incidents there are
-- definition: Incidents of the whole history, as far as they are counted.
-- grain: one row
-- columns: incidents bigint
select count(*)::bigint as incidents,
from fact_incidents
