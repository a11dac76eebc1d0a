-- title: Events of alerts, judged
-- definition: Every event with what it means, or why it is left out: no alert named, a word that nobody explained, the same
--   event of the same alert in the same second again, an event later than its file was received.
-- grain: one row per event
-- columns: file bigint, alert_id varchar, at bigint, meaning varchar, title varchar, service varchar, incident_id varchar,
--   rows bigint, left_out varchar
with known as (
    select
        *,
        case
            when refused is not null then refused
            when alert_id is null then 'no alert id'
            when meaning is null then 'unknown event'
        end as why_left_out,
    from explained
),

numbered as (
    select
        *,
        row_number() over (
            partition by known.why_left_out, known.alert_id, known.at, known.event
            order by file, title nulls last, service nulls last, incident_id nulls last
        ) as copy,
    from known
)

select
    file::bigint as file,
    alert_id::varchar as alert_id,
    numbered.at::bigint as at,
    meaning::varchar as meaning,
    title::varchar as title,
    service::varchar as service,
    incident_id::varchar as incident_id,
    case when why_left_out is null and copy = 1 then 1 else rows end::bigint as rows,
    case when why_left_out is null and copy > 1 then 'doubled' else why_left_out end::varchar as left_out,
from numbered
union all
select
    file::bigint as file,
    alert_id::varchar as alert_id,
    numbered.at::bigint as at,
    meaning::varchar as meaning,
    null::varchar as title,
    null::varchar as service,
    null::varchar as incident_id,
    (rows - 1)::bigint as rows,
    'doubled'::varchar as left_out,
from numbered
where why_left_out is null and copy = 1 and rows > 1
