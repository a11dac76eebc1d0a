-- title: Texts
-- definition: The text without blanks around it; NULL where nothing is left.
-- grain: an expression over `value`
-- columns: found varchar
select
    case when trim(value) <> '' then trim(value) end as found,
from raw
