-- title: The postmortems that the incidents of each window owe
-- definition: One row for each incident whose gravest severity ever was 1 and the window it opened in, with what had become of
--   its postmortem by the window's as_of: 'on time' (at most postmortem_hours after the incident was resolved), 'late',
--   'missing', 'not due', 'still open', or 'left out' where nothing says when the incident was resolved. A later downgrade
--   does not remove the duty. Resolved on a day without a time: from the end of that day, so that late is late for sure. `windows` names a CTE made by windows_of.
-- grain: one row per window and incident
-- makes: macro
-- columns: window_id bigint, incident_id varchar, opened_at timestamptz, state varchar, due_at timestamptz, published_at timestamptz,
--   is_blameless boolean, outcome varchar
create or replace macro postmortems_due_in(windows, services, teams, postmortem_hours) as table
with sev1 as (
    select
        asked.window_id,
        asked.as_of,
        incident.incident_id,
        incident.opened_at,
        case when incident.over_at > asked.as_of then 'open' else incident.recover_state end as state,
        case
            when incident.over_at <= asked.as_of
                then incident.resolved_at + to_microseconds(cast(postmortem_hours * 3.6e9 as bigint))
                    + to_days(incident.resolved_is_day::integer)
        end as due_at,
    from query_table(windows) as asked
    inner join fact_incidents as incident
        on asked.starts_at <= incident.opened_at and asked.ends_at > incident.opened_at
    where
        incident.severity_highest = 1
        and incident.opened_at <= asked.as_of
        and accepts(services, incident.service)
        and accepts(teams, incident.team)
),

published as (
    select
        sev1.window_id,
        postmortem.incident_id,
        min(postmortem.published_at) as published_at,
        bool_and(postmortem.blameless) as is_blameless,
    from sev1
    inner join postmortems as postmortem
        on sev1.incident_id = postmortem.incident_id and sev1.as_of >= postmortem.published_at
    group by sev1.window_id, postmortem.incident_id
)

select
    sev1.window_id,
    sev1.incident_id,
    sev1.opened_at,
    sev1.state,
    sev1.due_at,
    published.published_at,
    published.is_blameless,
    case
        when sev1.state in ('no resolve time', 'reversed times') then 'left out'
        when sev1.state = 'open' then 'still open'
        when published.published_at <= sev1.due_at then 'on time'
        when published.published_at > sev1.due_at then 'late'
        when sev1.due_at < sev1.as_of then 'missing'
        else 'not due'
    end as outcome,
from sev1
left join published on sev1.window_id = published.window_id and sev1.incident_id = published.incident_id
