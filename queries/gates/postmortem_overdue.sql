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
-- fails overdue: {incidents:A Sev1 postmortem of {service} has been overdue|# Sev1 postmortems of {service} are overdue,
--   the first} since {first_due_at}: {incident_ids}.
-- cannot tell no due time: Nobody can tell when {incidents:a postmortem|# postmortems} of {service}
--   {incidents:was|were} due: {incident_ids} {incidents:has|have} no usable resolve time.
-- cannot tell nameless: The change names no service, so nobody can tell whose postmortems count.
-- passes none: {service} had no Sev1 in the last {postmortem_days:days}.
-- passes all written: {sev1:The only Sev1|Each of the # Sev1s} of {service} in the last {postmortem_days:days} has
--   a postmortem.
-- passes not due yet: {sev1:The only Sev1 of {service} in the last {postmortem_days:days} has no postmortem, and none
--   is due yet|{written:None|1|#} of the # Sev1s of {service} in the last {postmortem_days:days} {written:has|has|have} a
--   postmortem; no other is due yet}.
-- params: as_of timestamptz, change_ids varchar[], postmortem_hours double, postmortem_days double
-- columns: change_id varchar, verdict varchar, service varchar, sev1 bigint, written bigint,
--   incidents bigint, incident_ids varchar[], first_due_at timestamptz, team varchar
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
        if(due_at is null, 'no due time', 'overdue') as verdict,
        count(*) as incidents,
        min(due_at) as first_due_at,
        list(incident_id order by due_at, incident_id) as incident_ids,
        mode(team) as team,
    from sev1
    where
        incident_id not in (select incident_id from published)
        and (due_at is null or due_at < $as_of)
    group by service, verdict
),

judged as (
    select
        touched.change_id,
        touched.service,
        coalesce(counted.sev1, 0) as sev1,
        coalesce(counted.written, 0) as written,
        missing.incidents,
        missing.first_due_at,
        missing.incident_ids,
        missing.team,
        case
            when missing.verdict is not null then missing.verdict
            when coalesce(counted.sev1, 0) = 0 then 'none'
            when counted.written = counted.sev1 then 'all written'
            else 'not due yet'
        end as verdict,
    from touches_at($as_of, $change_ids) as touched
    left join counted on touched.service = counted.service
    left join missing on touched.service = missing.service
    union all by name
    select change_id, 'nameless' as verdict, from nameless_at($as_of, $change_ids)
)

select
    unnest(verdict_of(judged)),
    sev1::bigint as sev1,
    written::bigint as written,
    incidents::bigint as incidents,
    incident_ids::varchar[] as incident_ids,
    first_due_at::timestamptz as first_due_at,
    team::varchar as team,
from judged
where $change_ids is not null or verdict in ('overdue', 'no due time', 'nameless')
