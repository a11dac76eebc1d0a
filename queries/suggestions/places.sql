-- title: Where a window lies in the order of opening
-- definition: The place of the first incident opened at or after start, that of the first one at or after end or later than
--   as_of, and how many incidents there are.
-- grain: one row
-- params: start timestamptz, end timestamptz, as_of timestamptz
-- columns: first bigint, beyond bigint, total bigint
select
    count(*) filter (where opened_at < $start)::bigint as first,
    count(*) filter (where coalesce(opened_at < $end, true) and opened_at <= $as_of)::bigint as beyond,
    count(*)::bigint as total,
from incident
