-- title: Incidents opened in each slice of time
-- definition: One row for each incident that opened in a slice of the windows (slices_of) and passes the filters (NULL or
--   empty: all), with what is counted by slices. Whoever sees a slice sees it from its end or later, so moments before that are
--   past to every window: they are NULL here, and incidents that differ in nothing else are alike.
-- grain: one row per incident
-- makes: macro
-- columns: begins_at timestamptz, severity bigint, severity_counted bigint, severity_first bigint, severity_highest bigint,
--   source_file varchar, is_repeat boolean, repeat_rule varchar, tells_repeats boolean,
--   is_tied boolean, is_escalated boolean, over_at timestamptz, flagged_at timestamptz, escalated_at timestamptz
create or replace macro incidents_in_slices(windows, services, teams, severities) as table
select
    slice.begins_at,
    incident.severity,
    incident.severity_counted,
    incident.severity_first,
    incident.severity_highest,
    incident.source_file,
    incident.is_repeat,
    incident.repeat_rule,
    incident.tells_repeats,
    incident.repeat_of is not null or incident.problem_id is not null as is_tied,
    incident.escalated_engineering_at is not null or incident.escalated_executive_at is not null as is_escalated,
    case when incident.over_at >= slice.ends_at then incident.over_at end as over_at,
    case when incident.repeat_flagged_at >= slice.ends_at then incident.repeat_flagged_at end as flagged_at,
    case
        when least(incident.escalated_engineering_at, incident.escalated_executive_at) >= slice.ends_at
            then least(incident.escalated_engineering_at, incident.escalated_executive_at)
    end as escalated_at,
from slices_of(windows) as slice
inner join fact_incidents as incident
    on
        slice.day = day_number(incident.opened_at)
        and slice.begins_at <= incident.opened_at
        and slice.ends_at > incident.opened_at
where
    accepts(services, incident.service)
    and accepts(teams, incident.team)
    and accepts(severities, incident.severity_counted)
