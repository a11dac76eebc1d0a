-- title: Postmortems (this project's own CSV)
-- definition: One row per published postmortem; an incident without one is not in the file.
-- source: canonical
-- table: postmortems
-- requires: incident_id ; published_at
-- optional: owner ; blameless ; actions_total ; actions_done ; url ; exported_at
-- excludes: opened_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(incident_id)::varchar as incident_id,
    published_at::varchar as published_at,
    owner::varchar as owner,
    blameless::varchar as blameless,
    actions_total::varchar as actions_total,
    actions_done::varchar as actions_done,
    url::varchar as url,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
