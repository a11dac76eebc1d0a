-- title: Whole numbers of text
-- definition: Digits, with or without zeros behind a point. Anything else is NULL.
-- grain: an expression over `value`
-- columns: found bigint
select
    case
        when regexp_matches(value, '^ *[0-9]{1,15}([.]0*)? *$')
            then try_cast(split_part(trim(value), '.', 1) as bigint)
    end as found,
from raw
