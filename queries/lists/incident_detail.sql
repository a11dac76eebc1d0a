-- title: Incidents by id
-- definition: Everything the facts say of an incident, as the newest export has it. `day_only` names its
--   stamps that are known to the day only. Tickets, accounts and alerts are NULL where no export has any: that none is
--   recorded is not that there was none. Two tools may use the same id.
-- grain: one row per tool that knows the id
-- params: incident_ids varchar[]
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, severity_text varchar,
--   severity_first bigint, severity_highest bigint, severity_last bigint, status varchar, kind varchar,
--   opened_at timestamptz, started_at timestamptz, detected_at timestamptz, acknowledged_at timestamptz,
--   engaged_at timestamptz, mitigated_at timestamptz, resolved_at timestamptz, closed_at timestamptz,
--   updated_at timestamptz, reopen_count bigint, root_cause varchar, problem_id varchar, issue_id varchar,
--   customers_affected bigint, recover_clock varchar, recover_minutes double, recover_state varchar,
--   detect_minutes double, engage_stamp varchar, engage_minutes double, engage_state varchar, is_repeat boolean,
--   repeat_rule varchar, repeat_partner varchar, is_escalated boolean, escalated_engineering_at timestamptz,
--   escalated_executive_at timestamptz, tickets bigint, accounts bigint, alerts bigint,
--   postmortem_published_at timestamptz, postmortem_url varchar, url varchar, source varchar, source_file varchar,
--   source_line bigint, exported_at timestamptz, day_only varchar[]
with incident as (
    select * from fact_incidents where incident_id in (select unnest($incident_ids))
),

ticket as (
    select incident_id, count(*) as tickets
    from tickets
    where incident_id in (select unnest($incident_ids))
    group by incident_id
),

account as (
    select incident_id, count(distinct account_id) as accounts
    from (
        select incident_id, account_id from incident_accounts
        union all
        select incident_id, account_id from tickets
    )
    where incident_id in (select unnest($incident_ids))
    group by incident_id
),

alert as (
    select incident_id, count(*) as alerts
    from alerts
    where incident_id in (select unnest($incident_ids))
    group by incident_id
),

postmortem as (
    select incident_id, min(published_at) as published_at, max(url) as url
    from postmortems
    where incident_id in (select unnest($incident_ids))
    group by incident_id
),

recorded as (
    select
        exists(select 1 from tickets) as tickets,
        exists(select 1 from tickets) or exists (select 1 from incident_accounts) as accounts,
        exists(select 1 from alerts) as alerts,
)

select
    incident.incident_id::varchar as incident_id,
    incident.title::varchar as title,
    incident.service::varchar as service,
    incident.team::varchar as team,
    incident.severity_counted::bigint as severity,
    incident.severity_text::varchar as severity_text,
    incident.severity_first::bigint as severity_first,
    incident.severity_highest::bigint as severity_highest,
    incident.severity::bigint as severity_last,
    incident.status::varchar as status,
    incident.kind::varchar as kind,
    incident.opened_at::timestamptz as opened_at,
    incident.started_at::timestamptz as started_at,
    incident.detected_at::timestamptz as detected_at,
    incident.acknowledged_at::timestamptz as acknowledged_at,
    incident.engaged_at::timestamptz as engaged_at,
    incident.mitigated_at::timestamptz as mitigated_at,
    incident.resolved_at::timestamptz as resolved_at,
    incident.closed_at::timestamptz as closed_at,
    incident.updated_at::timestamptz as updated_at,
    incident.reopen_count::bigint as reopen_count,
    incident.root_cause::varchar as root_cause,
    incident.problem_id::varchar as problem_id,
    incident.issue_id::varchar as issue_id,
    incident.customers_affected::bigint as customers_affected,
    incident.recover_clock::varchar as recover_clock,
    incident.recover_minutes::double as recover_minutes,
    incident.recover_state::varchar as recover_state,
    incident.detect_minutes::double as detect_minutes,
    incident.engage_stamp::varchar as engage_stamp,
    incident.engage_minutes::double as engage_minutes,
    incident.engage_state::varchar as engage_state,
    incident.is_repeat::boolean as is_repeat,
    incident.repeat_rule::varchar as repeat_rule,
    incident.repeat_partner::varchar as repeat_partner,
    incident.is_escalated::boolean as is_escalated,
    incident.escalated_engineering_at::timestamptz as escalated_engineering_at,
    incident.escalated_executive_at::timestamptz as escalated_executive_at,
    case when recorded.tickets then coalesce(ticket.tickets, 0) end::bigint as tickets,
    case when recorded.accounts then coalesce(account.accounts, 0) end::bigint as accounts,
    case when recorded.alerts then coalesce(alert.alerts, 0) end::bigint as alerts,
    postmortem.published_at::timestamptz as postmortem_published_at,
    postmortem.url::varchar as postmortem_url,
    incident.url::varchar as url,
    incident.source::varchar as source,
    incident.source_file::varchar as source_file,
    incident.source_line::bigint as source_line,
    incident.exported_at::timestamptz as exported_at,
    incident.day_only::varchar[] as day_only,
from incident
cross join recorded
left join ticket on incident.incident_id = ticket.incident_id
left join account on incident.incident_id = account.incident_id
left join alert on incident.incident_id = alert.incident_id
left join postmortem on incident.incident_id = postmortem.incident_id
order by incident.incident_id, incident.source
