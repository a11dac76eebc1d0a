-- title: Texts of instants
-- definition: An instant where a text is asked for, as Unix seconds.
-- grain: an expression over `value`
-- columns: found varchar
select
    cast(cast(floor(epoch(value)) as bigint) as varchar) as found,
from raw
