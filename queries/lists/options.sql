-- title: What the filters offer
-- definition: Every service, team and counted severity in the data with its number of incidents. A severity is its level.
-- grain: one row per filter and value
-- columns: filter varchar, value varchar, incidents bigint
select
    filter::varchar as filter,
    value::varchar as value,
    incidents::bigint as incidents,
from fact_options
order by filter, value
