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
-- params: as_of timestamptz, change_ids varchar[], look_back_days bigint
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
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
        count(*) as issues,
        array_to_string(list(issue_id order by issue_id)[:3], ', ')
        || if(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '') as named,
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

failing as (
    select
        touched.change_id,
        'fail' as state,
        if(missing.issues = 1, 'A chronic issue', missing.issues || ' chronic issues') || ' of ' || missing.service
        || if(missing.issues = 1, ' has', ' have') || ' no runbook: ' || missing.named || '.' as reason,
        missing.team,
        missing.service,
    from touches_at($as_of, $change_ids) as touched
    inner join missing on touched.service = missing.service
    union all
    select
        change_id,
        'cannot tell' as state,
        'The change names no service, so nobody can tell whose chronic issues count.' as reason,
        null as team,
        null as service,
    from nameless_at($as_of, $change_ids)
    union all
    select
        touched.change_id,
        'measured' as state,
        case coalesce(open_issues.issues, 0)
            when 0 then 'No chronic issue of ' || touched.service || ' is open'
            when 1 then 'The one open chronic issue of ' || touched.service || ' has a runbook'
            else 'All ' || open_issues.issues || ' open chronic issues of ' || touched.service || ' have a runbook'
        end
        || ' (back in the last ' || $look_back_days || ' days).' as reason,
        null as team,
        touched.service,
    from touches_at($as_of, $change_ids) as touched
    left join open_issues on touched.service = open_issues.service
    where $change_ids is not null and touched.service not in (select service from missing)
)

select
    unnest(hold_of(failing)),
    coalesce('team ' || team, 'the team of the issue')::varchar as resolver,
    service::varchar as service,
from failing
