-- title: Good requests are part of all requests
-- definition: Counts are there, not negative, and no more requests are good than there were.
-- grain: one row per row to set aside
-- table: availability
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    case
        when good is null or total is null then 'no count of requests'
        when good < 0 or total < 0 then 'a negative count of requests'
        else 'more good requests than requests'
    end::varchar as reason,
    concat(good, ' of ', total)::varchar as detail
from staged_availability
where good is null or total is null or good < 0 or total < 0 or good > total
