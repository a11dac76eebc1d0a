-- title: What was written about incidents
-- definition: Every incident with what may tell that it is the return of an earlier one: its title, the recorded cause,
--   and the subjects of the support tickets linked to it. The whole history, whatever a page shows: an incident of this
--   quarter may repeat one of the last. A part of it, opened from opened_from on and before opened_before, where these
--   are not NULL: to put all of a long one in order at once takes as much memory as all that is known of it.
-- grain: one row per incident, in order of opening
-- leaves out: what the build left out (maintenance, drills, tests, merged, declined, cancelled, unreadable)
-- params: opened_from timestamptz, opened_before timestamptz
-- columns: source varchar, incident_id varchar, service varchar, opened_at timestamptz, title varchar, text varchar,
--   issue_id varchar, repeat_partner varchar, team varchar, severity bigint, is_repeat boolean,
--   repeat_flagged_at timestamptz
with opened as (
    from fact_incidents
    where ($opened_from::timestamptz is null or opened_at >= $opened_from)
        and ($opened_before::timestamptz is null or opened_at < $opened_before)
),

ticket as (
    select
        incident_id,
        string_agg(distinct subject, chr(10) order by subject) as subjects,
    from tickets
    where incident_id in (select opened.incident_id from opened)
    group by incident_id
)

select
    incident.source::varchar as source,
    incident.incident_id::varchar as incident_id,
    incident.service::varchar as service,
    incident.opened_at::timestamptz as opened_at,
    incident.title::varchar as title,
    nullif(concat_ws(chr(10), incident.root_cause, ticket.subjects), '')::varchar as text,
    incident.issue_id::varchar as issue_id,
    incident.repeat_partner::varchar as repeat_partner,
    incident.team::varchar as team,
    incident.severity_counted::bigint as severity,
    incident.is_repeat::boolean as is_repeat,
    incident.repeat_flagged_at::timestamptz as repeat_flagged_at,
from opened as incident
left join ticket on incident.incident_id = ticket.incident_id
order by incident.opened_at, incident.incident_id, incident.source
