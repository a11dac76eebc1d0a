-- title: The incidents behind: repeats that reached an executive within the target
-- definition: Every repeat incident opened in the window: 1 when a ticket reached an executive within $executive_hours
--   hours of opening, 0 when later or never; and what is left out of the share.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], executive_hours double, limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   escalated_engineering_at timestamptz, escalated_executive_at timestamptz, hours double, url varchar,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with repeat as (
    select
        *,
        minutes_between(opened_at, escalated_executive_at) / 60 as hours,
        minutes_between(opened_at, $as_of) / 60 as age_hours,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat and accepts($severities, severity_counted)
),

judged as (
    select
        *,
        case
            when hours < 0 then 'reversed times'
            when hours is null and not tells_executive then 'not recorded'
            when hours is null and age_hours <= $executive_hours then 'undecided'
        end as left_out,
    from repeat
)

select
    unnest(head_of(judged)),
    escalated_engineering_at::timestamptz as escalated_engineering_at,
    escalated_executive_at::timestamptz as escalated_executive_at,
    hours::double as hours,
    url::varchar as url,
    case when left_out is null then coalesce(hours <= $executive_hours, false)::bigint end::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(judged)),
from judged
order by contributes nulls last, hours desc nulls first, opened_at desc, incident_id
limit $limit
