-- title: Minutes between two instants
-- definition: Minutes from the first instant to the second, to the microsecond; negative when they are reversed.
--   Instants, not wall clocks, are subtracted: a change to or from summer time adds nothing.
-- makes: macro
-- columns: minutes_between double
create or replace macro minutes_between(earlier, later) as (
    (epoch_us(later) - epoch_us(earlier)) / 6e7
);
