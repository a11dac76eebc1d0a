-- title: Whole numbers of numbers
-- definition: The number itself; NULL where it is not whole.
-- grain: an expression over `value`
-- columns: found bigint
select
    case when value = floor(value) and abs(value) < 1000000000000000 then cast(value as bigint) end as found,
from raw
