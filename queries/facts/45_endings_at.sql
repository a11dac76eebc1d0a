-- title: Every time a chronic issue was declared over, as known at several instants
-- definition: The spells of spells_at with what was done about them. `fixed_at` is the first
--   fix (fact_fixes) released after the spell's last opening, before it came back and before it had been away for
--   ended_after_days; later ones before a return belong to the same attempt. `held_from` is the later of fix and ending: whether
--   the issue has ended is counted from there. `worked_at` is the first release of any remediation tied to the issue, by
--   the same rules.
-- grain: one row per as_of, issue and spell
-- leaves out: issues that never came back
-- makes: macro
-- columns: as_of timestamptz, issue_id varchar, spell bigint, counts boolean, incidents bigint, started_at timestamptz, last_opened_at timestamptz,
--   is_open boolean, ended_at timestamptz, fixed_at timestamptz, fix_id varchar, fix_title varchar, fix_tie varchar,
--   worked_at timestamptz, work_id varchar, work_title varchar, work_tie varchar, held_from timestamptz,
--   back_at timestamptz, came_back boolean, days_over double, days_held double, days_after_work double, incident_id varchar,
--   title varchar, service varchar, source varchar, source_file varchar, source_line bigint
create or replace macro endings_at(moments, services, teams, severities, ended_after_days) as table
with followed as (
    select * from spells_at(moments, services, teams, severities)
),

fix as (
    select * from fact_fixes where is_fix
),

-- The nearest releases after the last opening of the spell.
with_nearest as (
    select
        followed.*,
        fix,
        work,
        least(
            coalesce(followed.back_at, 'infinity'::timestamptz),
            make_timestamptz(
                epoch_us(coalesce(followed.ended_at, followed.last_opened_at)) + ended_after_days * 86400000000
            )
        ) as too_late_at,
    from followed
    asof left join fix on followed.issue_id = fix.issue_id and followed.last_opened_at < fix.released_at
    asof left join fact_fixes as work
        on followed.issue_id = work.issue_id and followed.last_opened_at < work.released_at
),

with_fix as (
    select
        * replace (
            if(not is_open and fix.released_at < too_late_at and fix.released_at <= as_of, fix, null) as fix,
            if(not is_open and work.released_at < too_late_at and work.released_at <= as_of, work, null) as work
        ),
    from with_nearest
)

select
    as_of::timestamptz as as_of,
    issue_id::varchar as issue_id,
    spell::bigint as spell,
    counts::boolean as counts,
    incidents::bigint as incidents,
    started_at::timestamptz as started_at,
    last_opened_at::timestamptz as last_opened_at,
    is_open::boolean as is_open,
    ended_at::timestamptz as ended_at,
    fix.released_at::timestamptz as fixed_at,
    fix.fix_id::varchar as fix_id,
    fix.title::varchar as fix_title,
    fix.tie::varchar as fix_tie,
    work.released_at::timestamptz as worked_at,
    work.fix_id::varchar as work_id,
    work.title::varchar as work_title,
    work.tie::varchar as work_tie,
    greatest(ended_at, fix.released_at)::timestamptz as held_from,
    back_at::timestamptz as back_at,
    (back_at is not null)::boolean as came_back,
    (minutes_between(ended_at, coalesce(back_at, as_of)) / 1440)::double as days_over,
    (minutes_between(greatest(ended_at, fix.released_at), coalesce(back_at, as_of)) / 1440)::double as days_held,
    case
        when work.released_at is not null
            then minutes_between(greatest(ended_at, work.released_at), coalesce(back_at, as_of)) / 1440
    end::double as days_after_work,
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from with_fix
