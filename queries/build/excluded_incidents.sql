-- title: Incidents that do not count
-- definition: Rows that no figure counts: kinds that the settings leave out, incidents that were cancelled, declined or
--   merged into another, and whatever the import query says.
-- grain: one row per row left out
-- params: exclude_kinds varchar[]
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    case
        when excluded_reason is not null then excluded_reason
        when merged_into is not null or status = 'merged' then 'merged into another'
        when status in ('cancelled', 'declined') then status
        else kind
    end::varchar as reason,
    case
        when excluded_reason is null then merged_into
    end::varchar as detail
from staged_incidents
where
    excluded_reason is not null
    or (
        problem is null
        and (
            merged_into is not null
            or status in ('cancelled', 'declined', 'merged')
            or list_contains($exclude_kinds::varchar[], kind)
        )
    )
