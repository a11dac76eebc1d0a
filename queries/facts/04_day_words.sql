-- title: A day in words
-- definition: The day of an instant in a time zone, as sentences say it: 16 Nov 2025.
-- makes: macro
-- columns: day_words varchar
create or replace macro day_words(instant, time_zone) as (
    strftime(cast(instant as timestamptz) at time zone time_zone, '%-d %b %Y')
);
