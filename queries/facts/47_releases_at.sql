-- title: The roadmap entries, with the time before and after the release
-- definition: Every roadmap entry as known at as_of: an entry released later is not released yet, and its span is NULL. The
--   span after the release reaches up to as_of, 90 days at most; the one before it is as long.
-- grain: one row per entry
-- makes: macro
-- columns: as roadmap, after_end timestamptz, before_start timestamptz
create or replace macro releases_at(as_of) as table
with entry as (
    select
        * replace (case when released_at <= as_of then released_at end as released_at),
        case when released_at <= as_of then least(released_at + to_days(90), as_of) end as after_end,
    from roadmap
)

select
    *,
    released_at - (after_end - released_at) as before_start,
from entry
