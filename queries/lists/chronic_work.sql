-- title: What was done about an issue
-- definition: Fixes and remediation released for an issue by as_of (fact_fixes), roadmap entries and changes of kind
--   remediation that are still to come for its services, and the postmortems of its incidents. `is_fix`: it names the
--   issue or promises fewer repeats; other remediation is only for the same service. `days_quiet`: how long the issue stayed
--   away after the release, until it came back, else until as_of.
-- grain: one row per piece of work, oldest first, planned work last
-- params: issue_id varchar, as_of timestamptz
-- columns: kind varchar, done_at timestamptz, work_id varchar, title varchar, tie varchar, is_fix boolean, planned_for varchar,
--   came_back boolean, days_quiet double, actions_total bigint, actions_done bigint, blameless boolean, url varchar,
--   source varchar, source_file varchar, source_line bigint
with member as (
    select *
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, null, null)
    where issue_id = $issue_id
),

opening as (
    select opened_at from member
),

released as (
    select *
    from fact_fixes
    where issue_id = $issue_id and released_at <= $as_of
),

followed as (
    select
        released.*,
        opening.opened_at as back_at,
    from released
    asof left join opening on released.released_at < opening.opened_at
),

planned as (
    select
        'roadmap' as kind,
        item_id as work_id,
        title,
        coalesce(expected_repeat_change < 0, false) as is_fix,
        quarter as planned_for,
        source,
        source_file,
        source_line,
    from roadmap
    where coalesce(released_at > $as_of, true) and service in (select service from member)
    union all
    select
        'change' as kind,
        change_id as work_id,
        title,
        false as is_fix,
        null as planned_for,
        source,
        source_file,
        source_line,
    from changes
    where
        kind = 'remediation'
        and coalesce(released_at > $as_of, true)
        and coalesce(requested_at <= $as_of, true)
        and service in (select service from member)
),

entry as (
    select
        kind,
        released_at as done_at,
        fix_id as work_id,
        title,
        tie,
        is_fix,
        null as planned_for,
        back_at is not null as came_back,
        minutes_between(released_at, coalesce(back_at, $as_of)) / 1440 as days_quiet,
        null as actions_total,
        null as actions_done,
        null as blameless,
        null as url,
        source,
        source_file,
        source_line,
    from followed
    union all
    select
        'postmortem' as kind,
        postmortems.published_at as done_at,
        postmortems.incident_id as work_id,
        member.title,
        null as tie,
        false as is_fix,
        null as planned_for,
        null as came_back,
        null as days_quiet,
        postmortems.actions_total,
        postmortems.actions_done,
        postmortems.blameless,
        postmortems.url,
        postmortems.source,
        postmortems.source_file,
        postmortems.source_line,
    from postmortems
    inner join member on postmortems.incident_id = member.incident_id
    where postmortems.published_at <= $as_of
    union all
    select
        kind,
        null as done_at,
        work_id,
        title,
        'same service' as tie,
        is_fix,
        coalesce(planned_for, 'no date') as planned_for,
        null as came_back,
        null as days_quiet,
        null as actions_total,
        null as actions_done,
        null as blameless,
        null as url,
        source,
        source_file,
        source_line,
    from planned
)

select
    kind::varchar as kind,
    done_at::timestamptz as done_at,
    work_id::varchar as work_id,
    title::varchar as title,
    tie::varchar as tie,
    is_fix::boolean as is_fix,
    planned_for::varchar as planned_for,
    came_back::boolean as came_back,
    days_quiet::double as days_quiet,
    actions_total::bigint as actions_total,
    actions_done::bigint as actions_done,
    blameless::boolean as blameless,
    url::varchar as url,
    unnest(source_of(entry)),
from entry
order by done_at nulls last, kind, work_id
