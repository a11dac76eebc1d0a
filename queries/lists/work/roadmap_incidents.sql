-- title: Roadmap: the incidents before and after each release
-- definition: P1 incidents and repeat escalations of the whole organisation, opened from an entry's release to as_of, 90
--   days at most, and as long before: the records of the KPIs that the entry's promise is about. `minutes` is the time to
--   recover of a P1, for open ones their age; NULL for others and where it cannot be measured.
-- grain: one row per released entry and incident, oldest first
-- params: as_of timestamptz
-- columns: item_id varchar, side varchar, incident_id varchar, opened_at timestamptz, minutes double, has_ended boolean,
--   is_repeat_escalation boolean, source varchar, source_file varchar, source_line bigint
with incident as (
    select
        *,
        coalesce(severity_counted = 1, false) as is_p1,
        is_repeat and is_escalated as is_repeat_escalation,
    from incidents_in('1900-01-01'::timestamptz, $as_of, $as_of, null, null)
)

select
    span.item_id::varchar as item_id,
    if(incident.opened_at < span.released_at, 'before', 'after')::varchar as side,
    incident.incident_id::varchar as incident_id,
    incident.opened_at::timestamptz as opened_at,
    case
        when not incident.is_p1 then null
        when incident.recover_state = 'recovered' then incident.recover_minutes
        when incident.recover_state = 'open' then incident.open_minutes
    end::double as minutes,
    (incident.recover_state = 'recovered')::boolean as has_ended,
    incident.is_repeat_escalation::boolean as is_repeat_escalation,
    incident.source::varchar as source,
    incident.source_file::varchar as source_file,
    incident.source_line::bigint as source_line,
from releases_at($as_of) as span
inner join incident
    on
        incident.opened_at >= span.before_start
        and incident.opened_at < span.after_end
        and (incident.is_p1 or incident.is_repeat_escalation)
order by item_id, opened_at, incident_id
