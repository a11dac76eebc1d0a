-- title: FireHydrant incidents
-- definition: One record per incident with the names of a warehouse copy of the interface: started_at,
--   acknowledged_at, resolved_at, customer_impact, retrospective_started_at. Not checked against a real
--   file.
-- source: firehydrant
-- table: incidents
-- requires: name ; severity ; started_at ; customer_impact ; retrospective_started_at
-- any of: id ; source_id ; incident_id ; number
-- optional: status ; priority ; resolved_at ; acknowledged_at ; created_at
-- rows: one per record
-- zone:
-- verified: unverified

with records as (
    select
        *,
        lower(trim(status)) as status_word
    from export
)

select
    coalesce(source_id, incident_id, number, id)::varchar as incident_id,
    name::varchar as title,
    severity::varchar as severity_text,
    (case
        when status_word in ('closed', 'postmortem_completed', 'retrospective_completed') then 'closed'
        when
            status_word in ('resolved', 'postmortem_started', 'retrospective_started')
            or (status_word is null and resolved_at is not null)
            then 'resolved'
        else 'open'
    end)::varchar as status,
    'incident'::varchar as kind,
    coalesce(created_at, started_at)::varchar as opened_at,
    started_at::varchar as started_at,
    acknowledged_at::varchar as acknowledged_at,
    (case
        when
            coalesce(status_word, 'resolved') in (
                'resolved', 'closed', 'postmortem_started', 'postmortem_completed', 'retrospective_started',
                'retrospective_completed'
            )
            then resolved_at
    end)::varchar as resolved_at,
    created_at::varchar as recorded_at,
    source_line::bigint as source_line
from records
