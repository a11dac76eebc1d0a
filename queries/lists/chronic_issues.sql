-- title: Chronic issues
-- definition: Problems that came back at least once by as_of: incidents with the same problem id, or joined by explicit
--   links, of which one is a repeat. An issue has ended only while it stays away: nothing open, and nothing new for
--   $look_back_days days. Counts run over the whole history; `in_window` are the incidents opened in the window.
-- grain: one row per issue, most incidents in the window first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], look_back_days bigint,
--   limit bigint
-- columns: issue_id varchar, title varchar, service varchar, team varchar, root_cause varchar, incidents bigint,
--   repeats bigint, in_window bigint, p1 bigint, open bigint, escalated bigint, first_opened_at timestamptz,
--   last_opened_at timestamptz, days_since_last double, has_ended boolean, customers_affected bigint, accounts bigint,
--   tickets bigint, runbook_url varchar, has_runbook boolean, last_incident_id varchar, source varchar,
--   source_file varchar, source_line bigint
with incident as (
    select *
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, $services, $teams)
    where issue_id is not null
),

issue as (
    select
        issue_id,
        count(*) as incidents,
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where opened_at >= $start and opened_at < $end) as in_window,
        count(*) filter (where severity_counted = 1) as p1,
        count(*) filter (where recover_state = 'open') as open,
        count(*) filter (where is_escalated) as escalated,
        min(opened_at) as first_opened_at,
        max(opened_at) as last_opened_at,
        sum(customers_affected) as customers_affected,
    from incident
    group by issue_id
    having count(*) filter (where is_repeat) > 0
),

-- Everything below is only looked up for the issues that are shown.
shown as (
    select *
    from issue
    order by in_window desc, incidents desc, last_opened_at desc, issue_id
    limit $limit
),

member as (
    select incident.*
    from incident
    semi join shown on incident.issue_id = shown.issue_id
),

latest as (
    select *
    from member
    qualify row_number() over (partition by issue_id order by opened_at desc, incident_id desc, source) = 1
),

hit as (
    select incident_id, account_id, from incident_accounts
    union
    select incident_id, account_id, from tickets where created_at <= $as_of
),

by_account as (
    select
        member.issue_id,
        count(distinct hit.account_id) as accounts,
    from member
    inner join hit on member.incident_id = hit.incident_id
    group by member.issue_id
),

by_ticket as (
    select
        member.issue_id,
        count(distinct tickets.ticket_id) as tickets,
    from member
    inner join tickets on member.incident_id = tickets.incident_id
    where tickets.created_at <= $as_of
    group by member.issue_id
),

runbook as (
    select
        problem_id,
        service,
        coalesce(url, '') as url,
    from runbooks
    where updated_at is null or updated_at <= $as_of
),

problem_runbook as (
    select problem_id, max(url) as url, from runbook where problem_id is not null group by problem_id
),

service_runbook as (
    select service, max(url) as url, from runbook where problem_id is null and service is not null group by service
),

with_days as (
    select
        shown.*,
        minutes_between(shown.last_opened_at, $as_of) / 1440 as days_since_last,
        latest.title,
        latest.service,
        latest.team,
        latest.root_cause,
        latest.incident_id as last_incident_id,
        latest.source,
        latest.source_file,
        latest.source_line,
        coalesce(by_account.accounts, 0) as accounts,
        coalesce(by_ticket.tickets, 0) as tickets,
        coalesce(problem_runbook.url, service_runbook.url) as runbook_url,
    from shown
    inner join latest on shown.issue_id = latest.issue_id
    left join by_account on shown.issue_id = by_account.issue_id
    left join by_ticket on shown.issue_id = by_ticket.issue_id
    left join problem_runbook on shown.issue_id = problem_runbook.problem_id
    left join service_runbook on latest.service = service_runbook.service
)

select
    issue_id::varchar as issue_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    root_cause::varchar as root_cause,
    incidents::bigint as incidents,
    repeats::bigint as repeats,
    in_window::bigint as in_window,
    p1::bigint as p1,
    open::bigint as open,
    escalated::bigint as escalated,
    first_opened_at::timestamptz as first_opened_at,
    last_opened_at::timestamptz as last_opened_at,
    days_since_last::double as days_since_last,
    (open = 0 and days_since_last > $look_back_days)::boolean as has_ended,
    customers_affected::bigint as customers_affected,
    accounts::bigint as accounts,
    tickets::bigint as tickets,
    nullif(runbook_url, '')::varchar as runbook_url,
    (runbook_url is not null)::boolean as has_runbook,
    last_incident_id::varchar as last_incident_id,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from with_days
order by in_window desc, incidents desc, last_opened_at desc, issue_id
