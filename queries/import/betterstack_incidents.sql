-- title: Better Stack incidents (JSON of the interface)
-- definition: One object per incident as the uptime interface lists them, its fields inside "attributes". The service is the
--   name of what failed. There is no severity in it.
-- source: betterstack
-- table: incidents
-- requires: id ; type ; attributes
-- holds: attributes = "(cause|http_method|origin_url)"
-- rows: one per record
-- zone:
-- verified: documentation

with fields as (
    select
        *,
        lower(trim(attributes->>'$.status')) as status_word
    from export
)

select
    id::varchar as incident_id,
    (attributes->>'$.origin_url')::varchar as url,
    coalesce(attributes->>'$.cause', attributes->>'$.name')::varchar as title,
    coalesce(attributes->>'$.name', attributes->>'$.url')::varchar as service,
    (attributes->>'$.team_name')::varchar as team,
    (case
        when status_word = 'resolved' or (status_word is null and attributes->>'$.resolved_at' is not null)
            then 'resolved'
        else 'open'
    end)::varchar as status,
    'incident'::varchar as kind,
    (attributes->>'$.started_at')::varchar as opened_at,
    (attributes->>'$.acknowledged_at')::varchar as acknowledged_at,
    (case when coalesce(status_word, 'resolved') = 'resolved' then attributes->>'$.resolved_at' end)::varchar
        as resolved_at,
    source_line::bigint as source_line
from fields
