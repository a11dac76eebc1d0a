-- title: Rows that do not count
-- definition: Rows that the import query says are not to be counted, with the reason it gives.
-- grain: one row per row left out
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    excluded_reason::varchar as reason,
    null::varchar as detail
from staged
where excluded_reason is not null
