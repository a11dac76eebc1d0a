-- title: Events of tickets, judged
-- definition: Every event with what it means, or why it is left out: no ticket named, a word that nobody explained, the same
--   event of the same ticket in the same second again, an event later than its file was received.
-- grain: one row per event
-- columns: file bigint, ticket_id varchar, at bigint, meaning varchar, account_id varchar, subject varchar, service varchar,
--   priority varchar, incident_id varchar, problem_id varchar, rows bigint, left_out varchar
with known as (
    select
        *,
        case
            when refused is not null then refused
            when ticket_id is null then 'no ticket id'
            when meaning is null then 'unknown event'
        end as why_left_out,
    from explained
),

numbered as (
    select
        *,
        row_number() over (
            partition by known.why_left_out, known.ticket_id, known.at, known.event
            order by
                file, account_id nulls last, subject nulls last, service nulls last, priority nulls last,
                incident_id nulls last, problem_id nulls last
        ) as copy,
    from known
)

select
    file::bigint as file,
    ticket_id::varchar as ticket_id,
    numbered.at::bigint as at,
    meaning::varchar as meaning,
    account_id::varchar as account_id,
    subject::varchar as subject,
    service::varchar as service,
    priority::varchar as priority,
    incident_id::varchar as incident_id,
    problem_id::varchar as problem_id,
    case when why_left_out is null and copy = 1 then 1 else rows end::bigint as rows,
    case when why_left_out is null and copy > 1 then 'doubled' else why_left_out end::varchar as left_out,
from numbered
union all
select
    file::bigint as file,
    ticket_id::varchar as ticket_id,
    numbered.at::bigint as at,
    meaning::varchar as meaning,
    null::varchar as account_id,
    null::varchar as subject,
    null::varchar as service,
    null::varchar as priority,
    null::varchar as incident_id,
    null::varchar as problem_id,
    (rows - 1)::bigint as rows,
    'doubled'::varchar as left_out,
from numbered
where why_left_out is null and copy = 1 and rows > 1
