-- title: Unix seconds of numbers
-- definition: Unix seconds, milliseconds, microseconds or nanoseconds, distinguished by their size.
-- grain: an expression over `value`
-- columns: at_written bigint, is_local boolean
select
    case
        when value < 100000000000 then cast(floor(value) as bigint)
        when value < 100000000000000 then cast(floor(value) as bigint) // 1000
        when value < 100000000000000000 then cast(floor(value) as bigint) // 1000000
        else cast(floor(value) as bigint) // 1000000000
    end as at_written,
    false as is_local,
from raw
