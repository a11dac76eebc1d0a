-- title: Measures of text
-- definition: A decimal number, also with an exponent. Anything else is NULL.
-- grain: an expression over `value`
-- columns: found double
select
    case
        when regexp_matches(value, '^ *[0-9]+([.][0-9]*)?([eE][+-]?[0-9]{1,3})? *$')
            then try_cast(trim(value) as double)
    end as found,
from raw
