-- title: The changes that ask to ship
-- definition: The planned changes as known at as_of (not released, and either not merged or planned for later), or the
--   named ones, in the order in which they go out; those without a planned day stand last.
-- grain: one row per change
-- params: as_of timestamptz, change_ids varchar[]
-- columns: change_id varchar, title varchar, kind varchar, service varchar, touches varchar[], team varchar,
--   release varchar, requested_at timestamptz, planned_for timestamptz, merged_at timestamptz, released_at timestamptz,
--   essential boolean, source_file varchar, source_line bigint
select
    change_id::varchar as change_id,
    title::varchar as title,
    kind::varchar as kind,
    service::varchar as service,
    touches::varchar[] as touches,
    team::varchar as team,
    "release"::varchar as "release",
    requested_at::timestamptz as requested_at,
    planned_for::timestamptz as planned_for,
    merged_at::timestamptz as merged_at,
    released_at::timestamptz as released_at,
    essential::boolean as essential,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from changes_at($as_of, $change_ids)
order by planned_for nulls last, change_id
