-- title: An objective is a share
-- definition: The objective of an endpoint lies between 0 and 1; 99.95 % is 0.9995.
-- grain: one row per row to set aside
-- table: availability
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'an objective that is no share between 0 and 1'::varchar as reason,
    concat(objective)::varchar as detail
from staged_availability
where objective <= 0 or objective >= 1
