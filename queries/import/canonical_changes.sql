-- title: Changes (this project's own CSV)
-- definition: One row per pull request, release or launch: who signed it off, what it does to the service's
--   objective, whether it is essential.
-- source: canonical
-- table: changes
-- requires: change_id
-- any of: planned_for ; merged_at ; released_at ; slo_impact_statement ; reliability_signoff_by
-- optional: title ; kind ; service ; team ; release ; requested_at ; slo_impact_service ;
--   reliability_signoff_at ; essential ; exported_at
-- excludes: incident_id
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(change_id)::varchar as change_id,
    title::varchar as title,
    kind::varchar as kind,
    service::varchar as service,
    team::varchar as team,
    "release"::varchar as "release",
    requested_at::varchar as requested_at,
    planned_for::varchar as planned_for,
    merged_at::varchar as merged_at,
    released_at::varchar as released_at,
    slo_impact_statement::varchar as slo_impact_statement,
    slo_impact_service::varchar as slo_impact_service,
    reliability_signoff_by::varchar as reliability_signoff_by,
    reliability_signoff_at::varchar as reliability_signoff_at,
    essential::varchar as essential,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
