-- title: How long the incidents of each window went undetected
-- definition: One row for each incident and window it opened in, as known at the window's as_of. `minutes` run from the start
--   of an incident to its detection; a detection after as_of is not seen. NULL where either stamp is missing or known to
--   the day only, or detection lies before the start; `is_over` where there are minutes. `windows` names a CTE made by windows_of.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, incident_id varchar, severity_counted bigint, state varchar, minutes double, is_over boolean
create or replace macro detections_in(windows, services, teams) as table
select
    asked.window_id,
    incident.incident_id,
    incident.severity_counted,
    case
        when incident.started_at is null or coalesce(incident.detected_at > asked.as_of, true) then 'not recorded'
        when incident.detect_minutes is null and list_has_any(incident.day_only, ['started_at', 'detected_at'])
            then 'day only'
        when incident.detected_at < incident.started_at then 'reversed times'
        else 'detected'
    end as state,
    case when incident.detected_at <= asked.as_of then incident.detect_minutes end as minutes,
    coalesce(incident.detected_at <= asked.as_of and incident.detect_minutes is not null, false) as is_over,
from query_table(windows) as asked
inner join fact_incidents as incident
    on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
where incident.opened_at <= asked.as_of and accepts(services, incident.service) and accepts(teams, incident.team)
