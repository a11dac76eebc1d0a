-- title: Changes in full
-- definition: Everything known of the named changes at as_of (of the planned ones, when none is named), with the line each was
--   read from. Who signed off is not among it: pages are shared.
-- grain: one row per change
-- params: as_of timestamptz, change_ids varchar[]
-- columns: change_id varchar, title varchar, kind varchar, service varchar, team varchar, release varchar,
--   requested_at timestamptz, planned_for timestamptz, signed_at timestamptz, merged_at timestamptz,
--   released_at timestamptz, essential boolean, statement varchar, statement_services varchar, source varchar,
--   source_file varchar, source_line bigint
select
    change_id, title, kind, service, team, "release",
    requested_at::timestamptz as requested_at,
    planned_for::timestamptz as planned_for,
    signed_at::timestamptz as signed_at,
    merged_at::timestamptz as merged_at,
    released_at::timestamptz as released_at,
    essential::boolean as essential,
    statement::varchar as statement,
    nullif(array_to_string(statement_services, ', '), '')::varchar as statement_services,
    source, source_file, source_line,
from changes_at($as_of, $change_ids)
order by planned_for nulls last, change_id
