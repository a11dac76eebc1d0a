-- title: When incidents opened
-- definition: The opening of every incident, in microseconds since 1970.
-- grain: one row per incident, in order of opening
-- columns: opened bigint
select epoch_us(opened_at)::bigint as opened,
from incident
order by place
