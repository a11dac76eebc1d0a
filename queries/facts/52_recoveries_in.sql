-- title: How long the incidents of each window took to recover
-- definition: One row for each incident and window it opened in, as known at the window's as_of. `minutes` run from the
--   recovery clock's start to the resolve stamp; an incident that is still open then has its age (`state` 'open',
--   `is_over` false). NULL where an incident is over without a usable resolve stamp, has no length, or is known to the day
--   only. `windows` names a CTE made by windows_of.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, incident_id varchar, severity_counted bigint, state varchar, minutes double, is_over boolean
create or replace macro recoveries_in(windows, services, teams) as table
select
    asked.window_id,
    incident.incident_id,
    incident.severity_counted,
    case
        when incident.over_at > asked.as_of then if(incident.recover_from_is_day, 'day only', 'open')
        else incident.recover_state
    end as state,
    case
        when incident.over_at > asked.as_of and incident.recover_from_is_day then null
        when incident.over_at > asked.as_of then greatest(minutes_between(incident.recover_from, asked.as_of), 0)
        else incident.recover_minutes
    end as minutes,
    incident.over_at <= asked.as_of as is_over,
from query_table(windows) as asked
inner join fact_incidents as incident
    on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
where incident.opened_at <= asked.as_of and accepts(services, incident.service) and accepts(teams, incident.team)
