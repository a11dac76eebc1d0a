-- title: Sev1 postmortems
-- definition: No Sev1 incident of a touched service, opened in the last $postmortem_days days, is without a postmortem
--   $postmortem_hours hours after it was resolved. A postmortem that came late no longer holds a change. The gravest
--   severity an incident ever had decides. Where the resolve time is missing nobody can tell when it was due. Where only its day is known, it is
--   due that long after the day's end.
-- grain: one row per failing change, service and state; of named changes also what was counted of every touched service
-- leaves out: incidents that name no service
-- resolver: the team of the incident
-- needs: changes, incidents, postmortems
-- default: block
-- order: 50
-- thresholds: postmortem_days 90 1..3660
-- params: as_of timestamptz, change_ids varchar[], postmortem_hours double, postmortem_days double, time_zone varchar
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with published as (
    select distinct incident_id from postmortems where published_at <= $as_of
),

sev1 as (
    select
        incident_id,
        service,
        team,
        recover_state,
        case
            when recover_state in ('recovered', 'zero length', 'day only')
                then
                    resolved_at + to_microseconds(cast($postmortem_hours * 3.6e9 as bigint))
                    + to_days(resolved_is_day::integer)
        end as due_at,
    from incidents_in(
        $as_of::timestamptz - to_microseconds(cast($postmortem_days * 8.64e10 as bigint)),
        'infinity'::timestamptz, $as_of, null, null
    )
    where severity_highest = 1 and recover_state <> 'open' and service is not null
),

counted as (
    select
        service,
        count(*) as sev1,
        count(*) filter (where incident_id in (select incident_id from published)) as written,
    from sev1
    group by service
),

missing as (
    select
        service,
        if(due_at is null, 'cannot tell', 'fail') as state,
        incident_id,
        due_at,
        team,
    from sev1
    where
        incident_id not in (select incident_id from published)
        and (due_at is null or due_at < $as_of)
),

by_service as (
    select
        service,
        state,
        count(*) as incidents,
        min(due_at) as first_due_at,
        array_to_string(list(incident_id order by due_at, incident_id)[:3], ', ')
        || if(count(*) > 3, ' and ' || (count(*) - 3) || ' more', '') as named,
        mode(team) as team,
    from missing
    group by service, state
),

failing as (
    select
        touched.change_id,
        by_service.state,
        case by_service.state
            when 'fail'
                then
                    if(by_service.incidents = 1, 'A Sev1 postmortem', by_service.incidents || ' Sev1 postmortems')
                    || ' of ' || by_service.service || if(by_service.incidents = 1, ' is', ' are')
                    || ' overdue since ' || day_words(by_service.first_due_at, $time_zone) || ': '
                    || by_service.named || '.'
            else
                'It is not known when ' || if(by_service.incidents = 1, 'a postmortem', 'postmortems') || ' of '
                || by_service.service || if(by_service.incidents = 1, ' was', ' were') || ' due: ' || by_service.named
                || ' without a usable resolve time.'
        end as reason,
        by_service.team,
        touched.service,
    from touches_at($as_of, $change_ids) as touched
    inner join by_service on touched.service = by_service.service
    union all
    select
        change_id,
        'cannot tell' as state,
        'The change names no service, so nobody can tell whose postmortems count.' as reason,
        null as team,
        null as service,
    from nameless_at($as_of, $change_ids)
    union all
    select
        touched.change_id,
        'measured' as state,
        case coalesce(counted.sev1, 0)
            when 0 then 'No Sev1 of ' || touched.service
            else counted.written || ' of ' || counted.sev1 || ' Sev1 of ' || touched.service || ' with a postmortem'
        end
        || ', of the last ' || format('{:g} days', $postmortem_days::double)
        || if(counted.sev1 > counted.written, '; what is missing is not due yet', '') || '.' as reason,
        null as team,
        touched.service,
    from touches_at($as_of, $change_ids) as touched
    left join counted on touched.service = counted.service
    where $change_ids is not null and touched.service not in (select service from missing)
)

select
    unnest(hold_of(failing)),
    coalesce('team ' || team, 'the team of the incident')::varchar as resolver,
    service::varchar as service,
from failing
