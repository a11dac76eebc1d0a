-- title: Every time a chronic issue was declared over, as known at several instants
-- definition: A chronic issue is a problem with at least one repeat by as_of. Its incidents that overlap are one spell, which
--   ends when the last of them is resolved: the issue is declared over (`ended_at`). The ending holds until the next
--   incident of the issue opens (`back_at`); one that has not come back by as_of still holds. `fixed_at` is the first
--   fix (fact_fixes) released after the spell's last opening, before it came back and before it had been away for
--   ended_after_days; later ones before a return belong to the same attempt. `held_from` is the later of the two: whether
--   the issue has ended is counted from there. `worked_at` is the first release of any remediation tied to the issue, by
--   the same rules. `counts` is false for spells before the first repeat: nobody knew
--   yet that the issue was chronic, and only those that came back would be looked at. The filters choose issues, by any
--   of their incidents; they never hide a return. `moments` names a CTE with as_of, each once.
-- grain: one row per as_of, issue and spell
-- leaves out: issues that never came back
-- makes: macro
-- columns: as_of timestamptz, issue_id varchar, spell bigint, counts boolean, incidents bigint, started_at timestamptz, last_opened_at timestamptz,
--   is_open boolean, ended_at timestamptz, fixed_at timestamptz, fix_id varchar, fix_title varchar, fix_tie varchar,
--   worked_at timestamptz, work_id varchar, work_title varchar, work_tie varchar, held_from timestamptz,
--   back_at timestamptz, came_back boolean, days_over double, days_held double, days_after_work double, incident_id varchar,
--   title varchar, service varchar, source varchar, source_file varchar, source_line bigint
create or replace macro endings_at(moments, services, teams, severities, ended_after_days) as table
with seen as (
    select
        asked.as_of,
        incident.issue_id,
        incident.incident_id,
        incident.title,
        incident.service,
        incident.team,
        incident.severity_counted,
        incident.opened_at,
        incident.resolved_at,
        incident.source,
        incident.source_file,
        incident.source_line,
        case when incident.over_at > asked.as_of then 'open' else incident.recover_state end as state,
        incident.is_repeat and coalesce(incident.repeat_flagged_at <= asked.as_of, true) as is_repeat,
    from query_table(moments) as asked
    inner join fact_incidents as incident on asked.as_of >= incident.opened_at
    where incident.issue_id is not null
),

member as (
    select
        *,
        case state
            when 'recovered' then greatest(resolved_at, opened_at)
            when 'zero length' then opened_at
            when 'day only' then greatest(resolved_at, opened_at)
            when 'open' then 'infinity'::timestamptz
            else opened_at
        end as until_at,
    from seen
),

chronic as (
    select
        as_of,
        issue_id,
        min(opened_at) filter (where is_repeat) as chronic_from,
    from member
    group by as_of, issue_id
    having
        bool_or(is_repeat)
        and bool_or(
            accepts(services, service) and accepts(teams, team) and accepts(severities, severity_counted)
        )
),

with_before as (
    select
        member.*,
        chronic.chronic_from,
        max(member.until_at) over earlier as over_before,
    from member
    inner join chronic on member.as_of = chronic.as_of and member.issue_id = chronic.issue_id
    window
        earlier as (
            partition by member.as_of, member.issue_id
            order by member.opened_at, member.incident_id, member.source
            rows between unbounded preceding and 1 preceding
        )
),

numbered as (
    select
        *,
        sum(case when opened_at <= over_before then 0 else 1 end) over (
            partition by as_of, issue_id order by opened_at, incident_id, source
        ) as spell,
    from with_before
),

spell as (
    select
        as_of,
        issue_id,
        spell,
        max(opened_at) >= any_value(chronic_from) as counts,
        count(*) as incidents,
        min(opened_at) as started_at,
        max(opened_at) as last_opened_at,
        bool_or(state = 'open') as is_open,
        -- Of the last two nobody knows how long they took, but that they were over, and on which day.
        case when bool_and(state in ('recovered', 'zero length', 'day only')) then max(until_at) end as ended_at,
        arg_max(incident_id, (opened_at, incident_id)) as incident_id,
        arg_max(title, (opened_at, incident_id)) as title,
        arg_max(service, (opened_at, incident_id)) as service,
        arg_max(source, (opened_at, incident_id)) as source,
        arg_max(source_file, (opened_at, incident_id)) as source_file,
        arg_max(source_line, (opened_at, incident_id)) as source_line,
    from numbered
    group by as_of, issue_id, spell
),

followed as (
    select
        *,
        lead(started_at) over (partition by as_of, issue_id order by spell) as back_at,
    from spell
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
