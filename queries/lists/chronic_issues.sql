-- title: Chronic issues
-- definition: Problems that came back at least once by as_of: incidents with the same problem id, or joined by explicit
--   links, of which one is a repeat. `state`: "recurring" while one is open, or in the $look_back_days days after the last was
--   resolved with no fix since; "reopened" instead, when it had ended before it came back; "holding" once a fix was
--   released since, or those days passed; "ended" from $ended_after_days days without a return on, counted from the fix, else
--   from the resolve (`held_from`; endings_in has the rules). `fixes` counts the returns after which remediation tied to
--   the issue was released, `failed_fixes` those after which it came back all the same. `year_` columns are costs of the year up to the window's
--   end: incidents that were returns, customers hit (the number recorded, else the accounts known), minutes until recovered
--   or as_of, added up over incidents; `accounts` and `annual_value` are those hit in that year; and customer hours: customers hit times hours, of incidents that know both. The
--   filters choose issues, by any of their incidents; an issue is always counted whole. Listed are those whose id, title,
--   service or team hold every word of `search` (NULL: all), or only `issue_id`, by `order_by`: "returns", "time",
--   "customers", "escalations", "value", "newest" or "incidents", the largest first; else as the grain says. The `all_`
--   columns are the same in every row and of all that the filters choose: how many are in each state, whether any incident
--   says how many customers it hit, and the title of the one still coming back that outlived most remediation. `found` is
--   how many the search leaves.
-- grain: one row per issue, most customer hours first, then most minutes
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   look_back_days bigint, ended_after_days bigint, search varchar, issue_id varchar, order_by varchar, limit bigint
-- columns: issue_id varchar, title varchar, service varchar, team varchar, state varchar, is_open boolean,
--   held_from timestamptz, held_days double, fixed_at timestamptz, fix_id varchar, fix_title varchar, fix_tie varchar,
--   fixes bigint, failed_fixes bigint, incidents bigint, repeats bigint, in_window bigint, p1 bigint,
--   severity_unknown bigint, open bigint, escalated bigint, year_repeats bigint, year_customers bigint, year_minutes double, year_customer_hours double,
--   year_escalated bigint, months bigint[], recent_half bigint, earlier_half bigint, trend varchar,
--   first_opened_at timestamptz, last_opened_at timestamptz, days_since_last double, accounts bigint, annual_value double,
--   tickets bigint, root_cause varchar, runbook_url varchar, has_runbook boolean, last_incident_id varchar, source varchar,
--   source_file varchar, source_line bigint, found bigint, all_recurring bigint, all_reopened bigint, all_holding bigint,
--   all_ended bigint, all_knows_hours boolean, all_outlived varchar, all_outlived_fixes bigint
-- Materialised is what others read several times: planning it each time took a third of the statement.
with ending as materialized (
    select *
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where $issue_id::varchar is null or issue_id = $issue_id
),

attempts as (
    select
        issue_id,
        count(worked_at) filter (where counts) as fixes,
        count(worked_at) filter (where counts and came_back) as failed_fixes,
    from ending
    group by issue_id
),

-- The spell that is not over, or that nothing came after; and how long it had been quiet before it.
standing as (
    select
        *,
        lag(coalesce(days_held, minutes_between(last_opened_at, back_at) / 1440)) over (
            partition by issue_id order by spell
        ) as days_before,
    from ending
    qualify row_number() over (partition by issue_id order by spell desc) = 1
),

hit as (
    select * from hits_at($as_of)
),

accounts_known as (
    select
        incident_id,
        count(*) as accounts,
    from hit
    group by incident_id
),

member as materialized (
    -- Only what is asked for: this is read four times.
    select
        incident.incident_id,
        incident.issue_id,
        incident.title,
        incident.team,
        incident.root_cause,
        incident.opened_at,
        incident.severity_counted,
        incident.recover_state,
        incident.is_repeat,
        incident.is_escalated,
        coalesce(incident.customers_affected, accounts_known.accounts) as customers,
        coalesce(incident.recover_minutes, incident.open_minutes) as minutes,
        incident.opened_at < least($end, $as_of)
        and incident.opened_at >= least($end, $as_of) - interval 365 day as in_year,
        -- Twelve equal parts of the year, the newest last.
        12 - cast(
            floor((epoch_us(least($end, $as_of)) - epoch_us(incident.opened_at)) / (365 * 86400000000 / 12)) as bigint
        ) as part,
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, null, null) as incident
    semi join standing on incident.issue_id = standing.issue_id
    left join accounts_known on incident.incident_id = accounts_known.incident_id
),

titled as (
    select
        issue_id,
        title,
        count(*) as times,
        max(opened_at) as last_opened_at,
    from member
    where title is not null
    group by issue_id, title
),

named as (
    select
        issue_id,
        arg_max(title, (times, last_opened_at, title)) as title,
    from titled
    group by issue_id
),

issue as (
    select
        issue_id,
        count(*) as incidents,
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where opened_at >= $start and opened_at < $end) as in_window,
        count(*) filter (where severity_counted = 1) as p1,
        count(*) filter (where severity_counted is null) as severity_unknown,
        count(*) filter (where recover_state = 'open') as open,
        count(*) filter (where is_escalated) as escalated,
        count(*) filter (where in_year and is_repeat) as year_repeats,
        sum(customers) filter (where in_year) as year_customers,
        -- Threads add doubles in any order: the last digits would differ from run to run.
        round(sum(minutes) filter (where in_year), 6) as year_minutes,
        round(sum(customers * minutes / 60) filter (where in_year), 6) as year_customer_hours,
        count(*) filter (where in_year and is_escalated) as year_escalated,
        [
            count(*) filter (where in_year and part = 1), count(*) filter (where in_year and part = 2),
            count(*) filter (where in_year and part = 3), count(*) filter (where in_year and part = 4),
            count(*) filter (where in_year and part = 5), count(*) filter (where in_year and part = 6),
            count(*) filter (where in_year and part = 7), count(*) filter (where in_year and part = 8),
            count(*) filter (where in_year and part = 9), count(*) filter (where in_year and part = 10),
            count(*) filter (where in_year and part = 11), count(*) filter (where in_year and part = 12)
        ] as months,
        min(opened_at) as first_opened_at,
        max(opened_at) as last_opened_at,
        arg_max(team, (opened_at, incident_id)) as team,
        arg_max(root_cause, (opened_at, incident_id)) as root_cause,
    from member
    group by issue_id
),

-- An account counts once, however often it was hit.
hit_account as (
    select distinct
        member.issue_id,
        hit.account_id,
    from member
    inner join hit on member.incident_id = hit.incident_id
    where member.in_year
),

one_account as (
    select
        account_id,
        max(annual_value) as annual_value,
    from accounts
    group by account_id
),

by_account as (
    select
        hit_account.issue_id,
        count(*) as accounts,
        round(sum(one_account.annual_value), 6) as annual_value,
    from hit_account
    left join one_account on hit_account.account_id = one_account.account_id
    group by hit_account.issue_id
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

-- Without a resolve time the last opening is all that is known.
with_quiet as (
    select
        *,
        coalesce(days_held, minutes_between(last_opened_at, $as_of) / 1440) as quiet_days,
    from standing
),

judged as (
    select
        *,
        is_open
        or (fixed_at is null and quiet_days <= $look_back_days and quiet_days < $ended_after_days) as is_back,
    from with_quiet
),

with_halves as (
    select
        *,
        list_sum(months[7:12]) as recent_half,
        list_sum(months[1:6]) as earlier_half,
    from issue
),

every as materialized (
    select
        issue.issue_id,
        named.title,
        judged.service,
        issue.team,
        case
            when judged.is_back and coalesce(judged.days_before >= $ended_after_days, false) then 'reopened'
            when judged.is_back then 'recurring'
            when judged.quiet_days >= $ended_after_days then 'ended'
            else 'holding'
        end as state,
        judged.is_open,
        judged.held_from,
        case when not judged.is_open then judged.quiet_days end as held_days,
        judged.fixed_at,
        judged.fix_id,
        judged.fix_title,
        judged.fix_tie,
        attempts.fixes,
        attempts.failed_fixes,
        issue.incidents,
        issue.repeats,
        issue.in_window,
        issue.p1,
        issue.severity_unknown,
        issue.open,
        issue.escalated,
        issue.year_repeats,
        issue.year_customers,
        issue.year_minutes,
        issue.year_customer_hours,
        issue.year_escalated,
        issue.months,
        issue.recent_half,
        issue.earlier_half,
        case
            when issue.recent_half > issue.earlier_half then 'more often'
            when issue.recent_half < issue.earlier_half then 'less often'
            else 'as often'
        end as trend,
        issue.first_opened_at,
        issue.last_opened_at,
        (minutes_between(issue.last_opened_at, $as_of) / 1440) as days_since_last,
        coalesce(by_account.accounts, 0) as accounts,
        by_account.annual_value,
        coalesce(by_ticket.tickets, 0) as tickets,
        issue.root_cause,
        nullif(coalesce(problem_runbook.url, service_runbook.url), '') as runbook_url,
        (coalesce(problem_runbook.url, service_runbook.url) is not null) as has_runbook,
        judged.incident_id as last_incident_id,
        judged.source,
        judged.source_file,
        judged.source_line,
    from with_halves as issue
    inner join judged on issue.issue_id = judged.issue_id
    inner join attempts on issue.issue_id = attempts.issue_id
    left join named on issue.issue_id = named.issue_id
    left join by_account on issue.issue_id = by_account.issue_id
    left join by_ticket on issue.issue_id = by_ticket.issue_id
    left join problem_runbook on issue.issue_id = problem_runbook.problem_id
    left join service_runbook on judged.service = service_runbook.service
),

-- The issue still coming back that outlived most remediation.
outliving as (
    select
        title,
        failed_fixes,
    from every
    where state in ('recurring', 'reopened') and title is not null and failed_fixes > 0
    order by
        failed_fixes desc,
        year_customer_hours desc nulls last,
        year_minutes desc nulls last,
        repeats desc,
        issue_id
    limit 1
),

total as (
    select
        count(*) filter (where state = 'recurring') as all_recurring,
        count(*) filter (where state = 'reopened') as all_reopened,
        count(*) filter (where state = 'holding') as all_holding,
        count(*) filter (where state = 'ended') as all_ended,
        coalesce(bool_or(year_customer_hours is not null), false) as all_knows_hours,
    from every
),

matching as (
    select
        *,
        count(*) over () as found,
    from every
    where
        len(
            list_filter(
                string_split(lower(coalesce($search::varchar, '')), ' '),
                lambda word: not contains(lower(concat_ws(' ', issue_id, title, service, team)), word)
            )
        ) = 0
)

select
    matching.issue_id::varchar as issue_id,
    matching.title::varchar as title,
    matching.service::varchar as service,
    matching.team::varchar as team,
    matching.state::varchar as state,
    matching.is_open::boolean as is_open,
    matching.held_from::timestamptz as held_from,
    matching.held_days::double as held_days,
    matching.fixed_at::timestamptz as fixed_at,
    matching.fix_id::varchar as fix_id,
    matching.fix_title::varchar as fix_title,
    matching.fix_tie::varchar as fix_tie,
    matching.fixes::bigint as fixes,
    matching.failed_fixes::bigint as failed_fixes,
    matching.incidents::bigint as incidents,
    matching.repeats::bigint as repeats,
    matching.in_window::bigint as in_window,
    matching.p1::bigint as p1,
    matching.severity_unknown::bigint as severity_unknown,
    matching.open::bigint as open,
    matching.escalated::bigint as escalated,
    matching.year_repeats::bigint as year_repeats,
    matching.year_customers::bigint as year_customers,
    matching.year_minutes::double as year_minutes,
    matching.year_customer_hours::double as year_customer_hours,
    matching.year_escalated::bigint as year_escalated,
    matching.months::bigint[] as months,
    matching.recent_half::bigint as recent_half,
    matching.earlier_half::bigint as earlier_half,
    matching.trend::varchar as trend,
    matching.first_opened_at::timestamptz as first_opened_at,
    matching.last_opened_at::timestamptz as last_opened_at,
    matching.days_since_last::double as days_since_last,
    matching.accounts::bigint as accounts,
    matching.annual_value::double as annual_value,
    matching.tickets::bigint as tickets,
    matching.root_cause::varchar as root_cause,
    matching.runbook_url::varchar as runbook_url,
    matching.has_runbook::boolean as has_runbook,
    matching.last_incident_id::varchar as last_incident_id,
    matching.source::varchar as source,
    matching.source_file::varchar as source_file,
    matching.source_line::bigint as source_line,
    matching.found::bigint as found,
    total.all_recurring::bigint as all_recurring,
    total.all_reopened::bigint as all_reopened,
    total.all_holding::bigint as all_holding,
    total.all_ended::bigint as all_ended,
    total.all_knows_hours::boolean as all_knows_hours,
    outliving.title::varchar as all_outlived,
    coalesce(outliving.failed_fixes, 0)::bigint as all_outlived_fixes,
from matching
cross join total
left join outliving on true
order by
    case $order_by::varchar
        when 'returns' then matching.year_repeats
        when 'time' then coalesce(matching.year_minutes, 0)
        when 'customers' then coalesce(matching.year_customers, 0)
        when 'escalations' then matching.year_escalated
        when 'value' then coalesce(matching.annual_value, 0)
        when 'newest' then epoch(matching.last_opened_at)
        when 'incidents' then matching.incidents
    end desc nulls last,
    matching.year_customer_hours desc nulls last,
    matching.year_minutes desc nulls last,
    matching.repeats desc,
    matching.issue_id
limit $limit
