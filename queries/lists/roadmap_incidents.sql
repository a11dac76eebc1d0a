-- title: Roadmap: the incidents before and after each release
-- definition: Incidents of an entry's service (of all services where it names none) opened from its release to as_of, 90
--   days at most, and as long before. `minutes` is the time to recover, for open ones their age; NULL where it cannot be
--   measured. All severities: one service has too few P1s to say anything.
-- grain: one row per released entry and incident, oldest first
-- params: as_of timestamptz, services varchar[]
-- columns: item_id varchar, side varchar, incident_id varchar, opened_at timestamptz, minutes double, has_ended boolean,
--   is_repeat boolean, source varchar, source_file varchar, source_line bigint
with entry as (
    select
        item_id,
        service,
        released_at,
        -- As long before the release as has passed since, 90 days at most.
        least(released_at + to_days(90), $as_of) as after_end,
    from roadmap
    where released_at <= $as_of and accepts($services, service)
),

span as (
    select
        *,
        released_at - (after_end - released_at) as before_start,
    from entry
)

select
    span.item_id::varchar as item_id,
    if(incident.opened_at < span.released_at, 'before', 'after')::varchar as side,
    incident.incident_id::varchar as incident_id,
    incident.opened_at::timestamptz as opened_at,
    case incident.recover_state
        when 'recovered' then incident.recover_minutes
        when 'open' then incident.open_minutes
    end::double as minutes,
    (incident.recover_state = 'recovered')::boolean as has_ended,
    incident.is_repeat::boolean as is_repeat,
    incident.source::varchar as source,
    incident.source_file::varchar as source_file,
    incident.source_line::bigint as source_line,
from span
inner join incidents_in('1900-01-01'::timestamptz, $as_of, $as_of, null, null) as incident
    on
        incident.opened_at >= span.before_start
        and incident.opened_at < span.after_end
        and (span.service is null or span.service = incident.service)
order by item_id, opened_at, incident_id
