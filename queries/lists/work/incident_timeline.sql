-- title: What happened in one incident, in order
-- definition: Every moment the exports know of an incident up to as_of: its own stamps, the alerts linked to it, its support
--   tickets and escalations. Of tickets and escalations only
--   the first one is a moment.
-- grain: one row per moment, oldest first
-- params: incident_id varchar, as_of timestamptz
-- columns: at timestamptz, what varchar, detail varchar, source varchar, source_file varchar, source_line bigint
with incident as (
    select * from fact_incidents where incident_id = $incident_id
),

stamp as (
    select
        unnest([started_at, detected_at, opened_at, acknowledged_at, engaged_at, mitigated_at, resolved_at, closed_at])
            as happened_at,
        unnest([
            'Started', 'Detected', 'Opened', 'Acknowledged', 'Engaged', 'Mitigated', 'Resolved', 'Closed'
        ]) as what,
        null::varchar as detail,
        source,
        source_file,
        source_line,
    from incident
),

alert as (
    select
        fired_at as happened_at,
        if(row_number() over (order by fired_at, alert_id) = 1, 'First alert', 'Alert') as what,
        title as detail,
        source,
        source_file,
        source_line,
    from alerts
    where incident_id = $incident_id
),

ticket as (
    select
        min(created_at) as happened_at,
        'First support ticket' as what,
        count(*) || if(count(*) = 1, ' ticket', ' tickets') || ' in all' as detail,
        arg_min(source, created_at) as source,
        arg_min(source_file, created_at) as source_file,
        arg_min(source_line, created_at) as source_line,
    from tickets
    where incident_id = $incident_id and created_at <= $as_of
),

escalation as (
    select
        unnest([escalated_to_engineering_at, escalated_to_executive_at]) as happened_at,
        unnest(['Escalated to engineering', 'Escalated to an executive']) as what,
        'ticket ' || ticket_id as detail,
        source,
        source_file,
        source_line,
    from tickets
    where incident_id = $incident_id
),

first_escalation as (
    select * from escalation qualify row_number() over (partition by what order by happened_at, detail) = 1
),

moment as (
    select * from stamp
    union all
    select * from alert
    union all
    select * from ticket
    union all
    select * from first_escalation
)

select
    happened_at::timestamptz as at,
    what::varchar as what,
    detail::varchar as detail,
    unnest(source_of(moment)),
from moment
where happened_at <= $as_of
order by happened_at, what, detail, source
