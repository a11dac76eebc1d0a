-- title: The incidents behind: repeats, hours from support to engineering
-- definition: Every repeat incident opened in the window with the hours from its first ticket to its first escalation to
--   engineering, and what is left out of the mean.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities
--   bigint[], limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   first_ticket_at timestamptz, escalated_engineering_at timestamptz, url varchar, contributes double,
--   left_out varchar, source varchar, source_file varchar, source_line bigint
with repeat as (
    select
        *,
        minutes_between(first_ticket_at, escalated_engineering_at) / 60 as hours,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat and accepts($severities, severity_counted)
)

select
    unnest(head_of(repeat)),
    first_ticket_at::timestamptz as first_ticket_at,
    escalated_engineering_at::timestamptz as escalated_engineering_at,
    url::varchar as url,
    case when hours >= 0 then hours end::double as contributes,
    case
        when first_ticket_at is null then 'no ticket'
        when hours < 0 then 'reversed times'
        when hours is null and recover_state = 'open' then 'undecided'
        when hours is null then 'not escalated'
    end::varchar as left_out,
    unnest(source_of(repeat)),
from repeat
order by contributes desc nulls last, opened_at desc, incident_id
limit $limit
