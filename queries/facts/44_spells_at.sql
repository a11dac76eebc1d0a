-- title: Every spell of every chronic issue, as known at several instants
-- definition: A chronic issue is a problem with at least one repeat by as_of. Its incidents that overlap are one spell, which
--   ends when the last of them is resolved: the issue is declared over (`ended_at`). The ending holds until the next
--   incident of the issue opens (`back_at`); one that has not come back by as_of still holds. `counts` is false for spells
--   before the first repeat: nobody knew yet that the issue was chronic, and only those that came back would be looked at.
--   The filters choose issues, by any of their incidents; they never hide a return. `moments` names a CTE with as_of, each
--   once.
-- grain: one row per as_of, issue and spell
-- leaves out: issues that never came back
-- makes: macro
-- columns: as_of timestamptz, issue_id varchar, spell bigint, counts boolean, incidents bigint, started_at timestamptz,
--   last_opened_at timestamptz, is_open boolean, ended_at timestamptz, incident_id varchar, title varchar, service varchar,
--   source varchar, source_file varchar, source_line bigint, back_at timestamptz
create or replace macro spells_at(moments, services, teams, severities) as table
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
)

select
    * replace (spell::bigint as spell),
    lead(started_at) over (partition by as_of, issue_id order by spell) as back_at,
from spell
