-- title: Day before month, or month before day?
-- definition: For every column, what its numeric dates say about their order. A number above 12 cannot be a month; a date
--   whose first two numbers are both at most 12 and differ fits both orders.
-- grain: one row per column and separator
-- columns: column_name varchar, separator varchar, day_first bigint, month_first bigint, fits_both bigint, example varchar,
--   day_first_example varchar, month_first_example varchar

-- A day once, however many times of it there are: a year of minutes has 365.
with days as (
    select
        column_name,
        min(text) as text
    from date_texts
    group by column_name, split_part(replace(text, '. ', '.'), ' ', 1)
),

parts as (
    select
        column_name,
        text,
        regexp_extract(
            text, '^(\d{1,2})([-/.]) ?(\d{1,2})[-/.] ?(?:\d{4}|\d{2})(?:\D|$)', ['first', 'separator', 'second']
        ) as parts
    from days
),

numbers as (
    select
        column_name,
        text,
        parts.separator as separator,
        try_cast(parts.first as int) as first,
        try_cast(parts.second as int) as second
    from parts
    where parts.separator <> ''
)

select
    column_name::varchar as column_name,
    separator::varchar as separator,
    (count(*) filter (where first > 12 and second <= 12))::bigint as day_first,
    (count(*) filter (where second > 12 and first <= 12))::bigint as month_first,
    (count(*) filter (where first <= 12 and second <= 12 and first <> second))::bigint as fits_both,
    (min(text) filter (where first <= 12 and second <= 12 and first <> second))::varchar as example,
    (min(text) filter (where first > 12 and second <= 12))::varchar as day_first_example,
    (min(text) filter (where second > 12 and first <= 12))::varchar as month_first_example
from numbers
group by all
order by all
