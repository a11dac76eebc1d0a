-- title: What customers wrote after an issue
-- definition: Comments of answers that an account gave in the $look_back_days days after an incident of the issue reached it,
--   each with the last such incident before it; a text written
--   several times is here once. The account's own name, e-mail addresses and numbers of six or more digits
--   are taken out of the text.
-- grain: one row per text, lowest score first
-- params: issue_id varchar, as_of timestamptz, look_back_days bigint, limit bigint
-- columns: score bigint, comment varchar, segment varchar, responded_at timestamptz, days_after double, incident_id varchar,
--   response_id varchar, source varchar, source_file varchar, source_line bigint
with reached as (
    select * from reached_by($issue_id, $as_of)
),

one_account as (
    select
        account_id,
        max(name) as name,
        max(segment) as segment,
    from accounts
    group by account_id
),

answer as (
    select *
    from nps_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of)
    where point is not null and nullif(trim(comment), '') is not null and account_id is not null
),

after_incident as (
    select
        answer.*,
        reached.incident_id,
        minutes_between(reached.opened_at, answer.responded_at) / 1440 as days_after,
    from answer
    asof inner join reached
        on answer.account_id = reached.account_id and answer.responded_at >= reached.opened_at
),

without_name as (
    select
        after_incident.*,
        one_account.segment as account_segment,
        case
            when nullif(trim(one_account.name), '') is null then after_incident.comment
            else regexp_replace(after_incident.comment, regexp_escape(trim(one_account.name)), '[customer]', 'gi')
        end as said,
    from after_incident
    left join one_account on after_incident.account_id = one_account.account_id
    where after_incident.days_after <= $look_back_days
),

safe as (
    select
        * replace (
            regexp_replace(
                regexp_replace(said, '[^\s@]+@[^\s@]+', '[address]', 'g'), '\+?\d[\d ()/-]{4,}\d', '[number]', 'g'
            ) as said
        ),
    from without_name
),

once as (
    select *
    from safe
    qualify row_number() over (partition by lower(trim(said)) order by score, responded_at desc, response_id) = 1
)

select
    score::bigint as score,
    said::varchar as comment,
    coalesce(segment, account_segment)::varchar as segment,
    responded_at::timestamptz as responded_at,
    days_after::double as days_after,
    incident_id::varchar as incident_id,
    response_id::varchar as response_id,
    unnest(source_of(once)),
from once
order by score, responded_at desc, response_id
limit $limit
