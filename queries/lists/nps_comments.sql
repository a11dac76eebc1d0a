-- title: What customers wrote
-- definition: Comments of the answers given in the window, each with the last incident that reached the account in the
--   $look_back_days days before the answer.
-- grain: one row per answer with a comment, lowest score first
-- params: start timestamptz, end timestamptz, as_of timestamptz, look_back_days bigint, limit bigint
-- columns: response_id varchar, responded_at timestamptz, score bigint, account_id varchar, account varchar,
--   segment varchar, comment varchar, incident_id varchar, incident_title varchar, incident_severity bigint,
--   incident_opened_at timestamptz, source varchar, source_file varchar, source_line bigint
with answer as (
    select *
    from nps_in($start, $end, $as_of)
    where nullif(trim(comment), '') is not null and point is not null
),

hit as (
    select incident_id, account_id, from incident_accounts where account_id is not null
    union
    select incident_id, account_id, from tickets where account_id is not null and incident_id is not null
),

reached as (
    select
        hit.account_id,
        fact_incidents.incident_id,
        fact_incidents.title,
        fact_incidents.severity_counted,
        fact_incidents.opened_at,
    from hit
    inner join fact_incidents on hit.incident_id = fact_incidents.incident_id
),

with_incident as (
    select
        answer.*,
        reached.incident_id,
        reached.title as incident_title,
        reached.severity_counted,
        reached.opened_at,
    from answer
    asof left join reached
        on answer.account_id = reached.account_id and answer.responded_at >= reached.opened_at
),

with_recent as (
    select
        *,
        minutes_between(opened_at, responded_at) <= $look_back_days * 1440 as is_recent,
    from with_incident
)

select
    with_recent.response_id::varchar as response_id,
    with_recent.responded_at::timestamptz as responded_at,
    with_recent.score::bigint as score,
    with_recent.account_id::varchar as account_id,
    accounts.name::varchar as account,
    coalesce(with_recent.segment, accounts.segment)::varchar as segment,
    with_recent.comment::varchar as comment,
    case when is_recent then with_recent.incident_id end::varchar as incident_id,
    case when is_recent then with_recent.incident_title end::varchar as incident_title,
    case when is_recent then with_recent.severity_counted end::bigint as incident_severity,
    case when is_recent then with_recent.opened_at end::timestamptz as incident_opened_at,
    with_recent.source::varchar as source,
    with_recent.source_file::varchar as source_file,
    with_recent.source_line::bigint as source_line,
from with_recent
left join accounts on with_recent.account_id = accounts.account_id
order by score, responded_at desc, response_id
limit $limit
