-- title: Seconds of timestamps without a zone
-- definition: Whole seconds since 1970 as the clock on the wall shows them, for a timestamp that names no zone.
-- grain: an expression over `value`
-- columns: at_written bigint, is_local boolean
select
    cast(floor(epoch(value)) as bigint) as at_written,
    true as is_local,
from raw
