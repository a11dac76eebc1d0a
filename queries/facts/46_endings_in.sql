-- title: Every time a chronic issue was declared over, as known at one instant
-- definition: endings_at for a single as_of.
-- grain: one row per issue and spell
-- leaves out: issues that never came back
-- makes: macro
-- columns: as endings_at
create or replace macro endings_in(seen_at, services, teams, severities, ended_after_days) as table
with moment as (  -- noqa: ST03
    select cast(seen_at as timestamptz) as as_of
)

select *, from endings_at('moment', services, teams, severities, ended_after_days)
