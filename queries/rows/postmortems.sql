-- title: The incidents behind: Sev1 postmortems on time
-- definition: Every incident opened in the window whose gravest severity ever was 1, with when its postmortem was due and
--   published: 1 on time, 0 late or missing.
-- grain: one row per incident, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   postmortem_hours double, limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, opened_at timestamptz,
--   resolved_at timestamptz, due_at timestamptz, published_at timestamptz, outcome varchar, blameless boolean,
--   owner varchar, actions_total bigint, actions_done bigint, postmortem_url varchar, url varchar, contributes double,
--   left_out varchar, source varchar, source_file varchar, source_line bigint
with sev1 as (
    select
        *,
        resolved_at + to_microseconds(cast($postmortem_hours * 3.6e9 as bigint)) + to_days(resolved_is_day::integer)
            as due_at,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_highest = 1
),

published as (
    select
        incident_id,
        min(published_at) as published_at,
        bool_and(blameless) as is_blameless,
        max(owner) as owner,
        sum(actions_total) as actions_total,
        sum(actions_done) as actions_done,
        max(url) as url,
    from postmortems
    where published_at <= $as_of
    group by incident_id
),

judged as (
    select
        sev1.*,
        published.published_at,
        published.is_blameless,
        published.owner,
        published.actions_total,
        published.actions_done,
        published.url as postmortem_url,
        case
            when sev1.recover_state in ('no resolve time', 'reversed times') then sev1.recover_state
            when sev1.recover_state = 'open' then 'still open'
            when published.published_at <= sev1.due_at then 'on time'
            when published.published_at > sev1.due_at then 'late'
            when sev1.due_at < $as_of then 'missing'
            else 'not due'
        end as outcome,
    from sev1
    left join published on sev1.incident_id = published.incident_id
)

select
    incident_id::varchar as incident_id,
    title::varchar as title,
    service::varchar as service,
    team::varchar as team,
    opened_at::timestamptz as opened_at,
    resolved_at::timestamptz as resolved_at,
    due_at::timestamptz as due_at,
    published_at::timestamptz as published_at,
    outcome::varchar as outcome,
    is_blameless::boolean as blameless,
    owner::varchar as owner,
    actions_total::bigint as actions_total,
    actions_done::bigint as actions_done,
    postmortem_url::varchar as postmortem_url,
    url::varchar as url,
    case outcome when 'on time' then 1 when 'late' then 0 when 'missing' then 0 end::double as contributes,
    case when outcome not in ('on time', 'late', 'missing') then outcome end::varchar as left_out,
    unnest(source_of(judged)),
from judged
order by opened_at desc, incident_id
limit $limit
