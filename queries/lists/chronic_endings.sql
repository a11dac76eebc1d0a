-- title: The endings of an issue
-- definition: Every spell of one chronic issue, when it was declared over, the fix and the remediation that followed, and how
--   long it stayed away: until it came back, else until as_of. The rules are those of endings_in.
-- grain: one row per spell, oldest first
-- params: issue_id varchar, as_of timestamptz, ended_after_days bigint
-- columns: spell bigint, incidents bigint, started_at timestamptz, last_opened_at timestamptz, is_open boolean,
--   ended_at timestamptz, fixed_at timestamptz, fix_id varchar, worked_at timestamptz, work_id varchar,
--   held_from timestamptz, back_at timestamptz, came_back boolean, days_held double, days_after_work double,
--   incident_id varchar, source varchar, source_file varchar, source_line bigint
select
    spell::bigint as spell,
    incidents::bigint as incidents,
    started_at::timestamptz as started_at,
    last_opened_at::timestamptz as last_opened_at,
    is_open::boolean as is_open,
    ended_at::timestamptz as ended_at,
    fixed_at::timestamptz as fixed_at,
    fix_id::varchar as fix_id,
    worked_at::timestamptz as worked_at,
    work_id::varchar as work_id,
    held_from::timestamptz as held_from,
    back_at::timestamptz as back_at,
    came_back::boolean as came_back,
    days_held::double as days_held,
    days_after_work::double as days_after_work,
    incident_id::varchar as incident_id,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from endings_in($as_of, null, null, null, $ended_after_days)
where issue_id = $issue_id
order by spell
