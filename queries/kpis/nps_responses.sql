-- title: NPS answers
-- definition: Scored survey answers given in the window. NULL when no export covers the window.
-- grain: one row
-- unit: answers
-- better: higher
-- leaves out: answers outside 0 to 10; answers without a date (wherever they belong)
-- table: nps_responses
-- rows: rows/nps
-- adds up: count
-- params: start timestamptz, end timestamptz, as_of timestamptz
-- columns: value double, n bigint, open bigint, left_out_outside_0_to_10 bigint, left_out_no_date bigint
with counted as (
    select
        count(point) as answers,
        count(*) - count(point) as outside,
    from nps_in($start, $end, $as_of)
),

undated as (
    select count(*) as answers, from nps_responses where responded_at is null
)

select
    case when covers('nps_responses', $start, $end, $as_of) then counted.answers end::double as value,
    counted.answers::bigint as n,
    0::bigint as open,
    counted.outside::bigint as left_out_outside_0_to_10,
    undated.answers::bigint as left_out_no_date,
from counted
cross join undated
