-- title: What customers wrote
-- definition: Comments of the answers given in the window that hold the search text (NULL or empty: all; case does not
--   matter, no character stands for another), of the chosen kind (promoter, passive, detractor; NULL: all), each with the
--   incidents that reached the account in the 30 days before the answer, last one first: `days_before` is how long
--   before. With filters on service, team or severity only comments with such an incident remain.
-- grain: one row per answer with a comment, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   search varchar, kind varchar, limit bigint
-- columns: response_id varchar, responded_at timestamptz, score bigint, kind varchar, account_id varchar, account varchar,
--   segment varchar, comment varchar, incident_ids varchar[], incident_titles varchar[], incident_severities bigint[],
--   days_before bigint[], source varchar, source_file varchar, source_line bigint
with answer as (
    select
        *,
        case point when 1 then 'promoter' when 0 then 'passive' else 'detractor' end as kind,
    from nps_in($start, $end, $as_of)
    where
        nullif(trim(comment), '') is not null
        and point is not null
        and (coalesce($search::varchar, '') = '' or contains(lower(comment), lower($search)))
),

incident as (
    select *
    from incidents_in($start::timestamptz - interval 30 day, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

reached as (
    select
        hit.account_id,
        incident.incident_id,
        coalesce(incident.title, '') as title,
        incident.severity_counted,
        incident.opened_at,
    from hits_at($as_of) as hit
    inner join incident on hit.incident_id = incident.incident_id
),

beside as (
    select
        answer.source,
        answer.response_id,
        list(reached.incident_id order by reached.opened_at desc, reached.incident_id) as incident_ids,
        list(reached.title order by reached.opened_at desc, reached.incident_id) as incident_titles,
        list(reached.severity_counted order by reached.opened_at desc, reached.incident_id) as incident_severities,
        list(
            floor(minutes_between(reached.opened_at, answer.responded_at) / 1440)::bigint
            order by reached.opened_at desc, reached.incident_id
        ) as days_before,
    from answer
    inner join reached
        on
            answer.account_id = reached.account_id
            and answer.responded_at >= reached.opened_at
            and answer.responded_at < reached.opened_at + interval 30 day
    group by answer.source, answer.response_id
)

select
    answer.response_id::varchar as response_id,
    answer.responded_at::timestamptz as responded_at,
    answer.score::bigint as score,
    answer.kind::varchar as kind,
    answer.account_id::varchar as account_id,
    account.name::varchar as account,
    coalesce(answer.segment, account.segment)::varchar as segment,
    answer.comment::varchar as comment,
    coalesce(beside.incident_ids, [])::varchar[] as incident_ids,
    coalesce(beside.incident_titles, [])::varchar[] as incident_titles,
    coalesce(beside.incident_severities, [])::bigint[] as incident_severities,
    coalesce(beside.days_before, [])::bigint[] as days_before,
    answer.source::varchar as source,
    answer.source_file::varchar as source_file,
    answer.source_line::bigint as source_line,
from answer
left join beside
    on answer.source is not distinct from beside.source and answer.response_id = beside.response_id
left join accounts_at($as_of) as account on answer.account_id = account.account_id
where
    ($kind::varchar is null or answer.kind = $kind)
    and (
        beside.response_id is not null
        or (
            coalesce(len($services::varchar[]), 0) = 0
            and coalesce(len($teams::varchar[]), 0) = 0
            and coalesce(len($severities::bigint[]), 0) = 0
        )
    )
order by answer.responded_at desc, answer.response_id
limit $limit
