-- title: Rootly incidents
-- definition: One record per incident with the names of the interface: started_at, detected_at,
--   acknowledged_at, mitigated_at, resolved_at, cancelled_at. Kinds test, example and scheduled (and their
--   sub-incidents) are not incidents. Not checked against a real file.
-- source: rootly
-- table: incidents
-- requires: title ; severity ; started_at ; mitigated_at ; cancelled_at
-- any of: state ; status
-- optional: id ; source_id ; sequential_id ; kind ; url ; created_at ; detected_at ; acknowledged_at ;
--   resolved_at ; updated_at
-- rows: one per record
-- zone:
-- verified: unverified

with records as (
    select
        *,
        lower(trim(coalesce(state, status))) as status_word,
        regexp_replace(lower(trim(kind)), '_sub$', '') as kind_word
    from export
)

select
    coalesce(sequential_id, source_id, id)::varchar as incident_id,
    url::varchar as url,
    title::varchar as title,
    -- The interface gives an object, copies of it a word.
    (case
        when json_valid(severity)
            then coalesce(
                try(severity->>'$.data.attributes.name'), try(severity->>'$.name'), try(severity->>'$.slug')
            )
        else severity
    end)::varchar as severity_text,
    (case
        when status_word in ('cancelled', 'canceled') then 'cancelled'
        when status_word in ('closed', 'completed') then 'closed'
        when status_word = 'resolved' then 'resolved'
        else 'open'
    end)::varchar as status,
    (case when kind_word in ('test', 'example', 'scheduled') then kind_word else 'incident' end)::varchar
        as kind,
    coalesce(created_at, started_at)::varchar as opened_at,
    started_at::varchar as started_at,
    detected_at::varchar as detected_at,
    acknowledged_at::varchar as acknowledged_at,
    mitigated_at::varchar as mitigated_at,
    (case
        when status_word in ('resolved', 'closed', 'completed') then resolved_at
    end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    source_line::bigint as source_line
from records
