-- title: Escalations of repeats that are running
-- definition: Repeat incidents that are open at as_of, whenever they opened, and still wait: for the engineering lead, from
--   the first support ticket, while no ticket is escalated to engineering; for an executive, from opening, once a ticket is
--   escalated and none has reached one. `age_hours` is how long, at as_of.
-- grain: one row per incident and what it waits for, longest wait first
-- params: as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: waits_for varchar, incident_id varchar, title varchar, service varchar, team varchar, severity bigint,
--   opened_at timestamptz, waiting_since timestamptz, age_hours double, issue_id varchar, url varchar, source varchar,
--   source_file varchar, source_line bigint
with repeat as (
    select *
    from incidents_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of, $services, $teams)
    where is_repeat and recover_state = 'open' and accepts($severities, severity_counted)
),

waiting as (
    select
        'engineering lead' as waits_for,
        first_ticket_at as waiting_since,
        repeat.*,
    from repeat
    where first_ticket_at is not null and escalated_engineering_at is null
    union all
    select
        'executive' as waits_for,
        opened_at as waiting_since,
        repeat.*,
    from repeat
    where is_escalated and escalated_executive_at is null
)

select
    waits_for::varchar as waits_for,
    unnest(head_of(waiting)),
    waiting_since::timestamptz as waiting_since,
    (minutes_between(waiting_since, $as_of) / 60)::double as age_hours,
    issue_id::varchar as issue_id,
    url::varchar as url,
    unnest(source_of(waiting)),
from waiting
order by age_hours desc, incident_id, waits_for
