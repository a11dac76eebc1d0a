-- title: Runbooks
-- definition: No chronic issue of a touched service is open without a runbook. An issue is chronic when it came back at
--   least once, and open while an incident of it is, or for $look_back_days days after the last one. A runbook that
--   names no problem covers every problem of its service.
-- grain: one row per failing change and service; of named changes also how many chronic issues have theirs
-- leaves out: incidents that name no service
-- resolver: the team of the issue
-- needs: changes, incidents, runbooks
-- default: warn
-- order: 70
-- fails missing: {without:A chronic issue|# chronic issues} of {service} {without:has|have} no runbook: {issue_ids}.
-- cannot tell nameless: The change names no service, so nobody can tell whose chronic issues count.
-- passes none: {service} has no chronic issue that is open or came back in the last {look_back_days:days}.
-- passes covered: {issues:The only open chronic issue|Each of the # open chronic issues} of {service} has a runbook, looking
--   back {look_back_days:days}.
-- params: as_of timestamptz, change_ids varchar[], look_back_days bigint
-- columns: change_id varchar, verdict varchar, service varchar, issues bigint, without bigint,
--   issue_ids varchar[], team varchar
with issue as (
    select
        issue_id,
        arg_max(service, opened_at) as service,
        arg_max(team, opened_at) as team,
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, null, null)
    where issue_id is not null
    group by issue_id
    having
        count(*) filter (where is_repeat) > 0
        and (
            count(*) filter (where recover_state = 'open') > 0
            or minutes_between(max(opened_at), $as_of) <= $look_back_days * 1440
        )
),

runbook as (
    select problem_id, service, from runbooks where updated_at is null or updated_at <= $as_of
),

open_issues as (
    select service, count(*) as issues from issue where service is not null group by service
),

missing as (
    select
        service,
        count(*) as without,
        list(issue_id order by issue_id) as issue_ids,
        mode(team) as team,
    from issue
    where
        service is not null
        and not coalesce(issue_id in (select problem_id from runbook where problem_id is not null), false)
        and not coalesce(
            service in (select service from runbook where problem_id is null and service is not null), false
        )
    group by service
),

judged as (
    select
        touched.change_id,
        touched.service,
        open_issues.issues,
        missing.without,
        missing.issue_ids,
        missing.team,
        case
            when missing.service is not null then 'missing'
            when open_issues.issues > 0 then 'covered'
            else 'none'
        end as verdict,
    from touches_at($as_of, $change_ids) as touched
    left join missing on touched.service = missing.service
    left join open_issues on touched.service = open_issues.service
    union all by name
    select change_id, 'nameless' as verdict, from nameless_at($as_of, $change_ids)
)

select
    unnest(verdict_of(judged)),
    issues::bigint as issues,
    without::bigint as without,
    issue_ids::varchar[] as issue_ids,
    team::varchar as team,
from judged
where $change_ids is not null or verdict in ('missing', 'nameless')
