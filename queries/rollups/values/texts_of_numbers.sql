-- title: Texts of numbers
-- definition: A whole number, such as an id, as text.
-- grain: an expression over `value`
-- columns: found varchar
select
    cast(cast(value as bigint) as varchar) as found,
from raw
