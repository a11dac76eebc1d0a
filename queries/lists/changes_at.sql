-- title: The changes that ask to ship
-- definition: The planned changes as known at as_of (not released, and either not merged or planned for later), or the
--   named ones, in the order in which they go out; those without a planned day stand last. That day is given as
--   microseconds since 1970 (UTC): a hundred thousand instants would take longer to hand over than to judge.
--   is_out: it is not asking any more: released, or merged with no planned day ahead.
-- grain: one row per change
-- params: as_of timestamptz, change_ids varchar[]
-- columns: change_id varchar, title varchar, kind varchar, service varchar, team varchar, release varchar,
--   planned_us bigint, is_out boolean
select
    change_id, title, kind, service, team, "release",
    epoch_us(planned_for)::bigint as planned_us,
    (
        released_at is not null or (merged_at is not null and not coalesce(planned_for > $as_of, false))
    )::boolean as is_out,
from changes_at($as_of, $change_ids)
order by planned_for nulls last, change_id
