-- title: Which incidents of each window are repeats, and how far they were escalated
-- definition: One row for each incident and window it opened in, as known at the window's as_of: a repeat flag or an
--   escalation set later is not there. `is_linked` when a tool or a person ties the incident to a problem or an earlier one;
--   `tells_repeats` is false for a tool that never says of any incident what it repeats. `windows` names a CTE made by
--   windows_of.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, as_of timestamptz, severity_counted bigint, service varchar, problem_id varchar,
--   opened_at timestamptz, is_open boolean, is_repeat boolean, repeat_rule varchar, is_linked boolean,
--   tells_repeats boolean, is_escalated boolean, first_ticket_at timestamptz, escalated_engineering_at timestamptz,
--   escalated_executive_at timestamptz, tells_executive boolean
create or replace macro repeats_in(windows, services, teams, severities) as table
with known as (
    select
        asked.window_id,
        asked.as_of,
        incident.severity_counted,
        incident.service,
        incident.problem_id,
        incident.repeat_of,
        incident.opened_at,
        incident.over_at > asked.as_of as is_open,
        incident.is_repeat and coalesce(incident.repeat_flagged_at <= asked.as_of, true) as is_repeat,
        case when incident.repeat_flagged_at > asked.as_of then null else incident.repeat_rule end as repeat_rule,
        incident.tells_repeats,
        case when incident.first_ticket_at <= asked.as_of then incident.first_ticket_at end as first_ticket_at,
        case when incident.escalated_engineering_at <= asked.as_of then incident.escalated_engineering_at end
            as escalated_engineering_at,
        case when incident.escalated_executive_at <= asked.as_of then incident.escalated_executive_at end
            as escalated_executive_at,
        incident.tells_executive,
    from query_table(windows) as asked
    inner join fact_incidents as incident
        on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
    where
        incident.opened_at <= asked.as_of
        and accepts(services, incident.service)
        and accepts(teams, incident.team)
        and accepts(severities, incident.severity_counted)
)

select
    * exclude (repeat_of),
    repeat_of is not null or problem_id is not null or coalesce(repeat_rule <> 'ticket flag', false) as is_linked,
    escalated_engineering_at is not null or escalated_executive_at is not null as is_escalated,
from known
