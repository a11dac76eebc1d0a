-- title: Counts of an incident are not negative
-- definition: Reopenings and customers hit are 0 or more.
-- grain: one row per row to set aside
-- table: incidents
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    case when reopen_count < 0 then 'a negative count of reopenings' else 'a negative count of customers' end::varchar
        as reason,
    case when reopen_count < 0 then reopen_count else customers_affected end::varchar as detail
from staged_incidents
where reopen_count < 0 or customers_affected < 0
