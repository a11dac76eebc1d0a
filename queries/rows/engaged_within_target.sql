-- title: The incidents behind: P1 engaged within the target
-- definition: Every P1 incident opened in the window: 1 when engaged within $engage_minutes minutes, 0 when later or
--   waiting longer; undecided while it is younger than that; and what is left out of the share.
-- grain: one row per incident, longest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   engage_minutes double, limit bigint
-- columns: incident_id varchar, title varchar, service varchar, team varchar, severity bigint, opened_at timestamptz,
--   engage_stamp varchar, engage_from timestamptz, engage_at timestamptz, minutes double, url varchar,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with incident as (
    select
        *,
        coalesce(engage_minutes, waiting_minutes) as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 or severity_counted is null
),

judged as (
    select
        *,
        case
            when severity_counted is null then 'severity unknown'
            when engage_state in ('not recorded', 'reversed times', 'day only') then engage_state
            when engage_state = 'waiting' and minutes <= $engage_minutes then 'undecided'
        end as left_out,
    from incident
)

select
    unnest(head_of(judged)),
    engage_stamp::varchar as engage_stamp,
    engage_from::timestamptz as engage_from,
    engage_at::timestamptz as engage_at,
    minutes::double as minutes,
    url::varchar as url,
    case when left_out is null then (minutes <= $engage_minutes)::bigint end::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(judged)),
from judged
order by minutes desc nulls last, opened_at desc, incident_id
limit $limit
