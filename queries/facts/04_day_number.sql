-- title: The day of a moment, as a number
-- definition: Days since 1970 in UTC. Moments of one day have one number, a later day a larger one: what is joined by it
--   needs no comparison of each row with each window.
-- makes: macro
-- columns: day_number bigint
create or replace macro day_number(moment) as (
    epoch_us(moment) // 86400000000
);
