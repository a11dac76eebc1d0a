-- title: How long the incidents of each window waited for a responder
-- definition: One row for each incident and window it opened in, as known at the window's as_of. `minutes` run from
--   detection (else opening) to the engagement of a responder; one still waiting then has its age so far (`state`
--   'waiting', `is_over` false). NULL where an incident is over without an engagement recorded or known to the day only. `windows` names a CTE
--   made by windows_of.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, incident_id varchar, severity_counted bigint, state varchar, minutes double, is_over boolean
create or replace macro engagements_in(windows, services, teams) as table
with known as (
    select
        asked.window_id,
        asked.as_of,
        incident.incident_id,
        incident.severity_counted,
        incident.engage_from,
        incident.engage_minutes,
        incident.engage_at <= asked.as_of as is_over,
        case
            when incident.engage_at <= asked.as_of then incident.engage_state
            when incident.over_at > asked.as_of and incident.engage_stamp is not null
                then if(incident.engage_from_is_day, 'day only', 'waiting')
            else 'not recorded'
        end as state,
    from query_table(windows) as asked
    inner join fact_incidents as incident
        on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
    where incident.opened_at <= asked.as_of and accepts(services, incident.service) and accepts(teams, incident.team)
)

select
    window_id,
    incident_id,
    severity_counted,
    state,
    case
        when state = 'waiting' then greatest(minutes_between(engage_from, as_of), 0)
        when is_over then engage_minutes
    end as minutes,
    coalesce(is_over, false) as is_over,
from known
