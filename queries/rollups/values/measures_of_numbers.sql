-- title: Measures of numbers
-- definition: The number itself; NULL where it is negative or no number.
-- grain: an expression over `value`
-- columns: found double
select
    case when value >= 0 and value < 1e300 then cast(value as double) end as found,
from raw
