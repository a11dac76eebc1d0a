-- title: Unix seconds of instants
-- definition: Whole seconds since 1970 of a timestamp that is an instant.
-- grain: an expression over `value`
-- columns: at_written bigint, is_local boolean
select
    cast(floor(epoch(value)) as bigint) as at_written,
    false as is_local,
from raw
