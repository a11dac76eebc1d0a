-- title: An interval ends after it starts
-- definition: Requests are counted over an interval of some length.
-- grain: one row per row to set aside
-- table: availability
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'the interval does not end after it starts'::varchar as reason,
    concat(interval_start, ' to ', interval_end)::varchar as detail
from staged_availability
where interval_end <= interval_start
