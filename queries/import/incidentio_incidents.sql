-- title: incident.io incidents (JSON)
-- definition: One object per incident of the interface, version 2. Its times are a list whose names each
--   account chooses: names that start with Impact started, Detected, Accepted or Acknowledged, Fixed or
--   Mitigated, Resolved and Closed are read. Mode test and tutorial are not incidents. Not checked against
--   a real file.
-- source: incident.io
-- table: incidents
-- requires: id ; reference ; name ; mode ; created_at ; incident_status
-- optional: permalink ; severity ; incident_timestamp_values ; updated_at ; external_issue_reference
-- rows: one per record
-- zone:
-- verified: unverified

with stamped as (
    select
        *,
        lower(coalesce(try(incident_status->>'$.category'), incident_status)) as category,
        list_transform(
            try(
                from_json(
                    incident_timestamp_values,
                    '[{"incident_timestamp": {"name": "VARCHAR"}, "value": {"value": "VARCHAR"}}]'
                )
            ),
            lambda stamp: {name: lower(stamp.incident_timestamp.name), instant: stamp.value.value}
        ) as stamps
    from export
),

timed as (
    select
        *,
        list_filter(stamps, lambda stamp: stamp.name like 'impact started%')[1].instant as impact_started,
        list_filter(stamps, lambda stamp: stamp.name like 'detected%')[1].instant as detected,
        list_filter(stamps, lambda stamp: regexp_matches(stamp.name, '^(accepted|acknowledged)'))[1].instant
            as accepted,
        list_filter(stamps, lambda stamp: regexp_matches(stamp.name, '^(fixed|mitigated)'))[1].instant
            as fixed,
        list_filter(stamps, lambda stamp: stamp.name like 'resolved%')[1].instant as resolved,
        list_filter(stamps, lambda stamp: stamp.name like 'closed%')[1].instant as closed
    from stamped
)

select
    coalesce(reference, id)::varchar as incident_id,
    permalink::varchar as url,
    name::varchar as title,
    coalesce(try(severity->>'$.name'), severity)::varchar as severity_text,
    (case
        when category in ('declined', 'merged') then category
        when category in ('canceled', 'cancelled') then 'cancelled'
        when category in ('learning', 'closed') then 'closed'
        when resolved is not null then 'resolved'
        else 'open'
    end)::varchar as status,
    (case when lower(trim(mode)) in ('test', 'tutorial') then lower(trim(mode)) else 'incident' end)::varchar
        as kind,
    created_at::varchar as opened_at,
    impact_started::varchar as started_at,
    detected::varchar as detected_at,
    accepted::varchar as acknowledged_at,
    fixed::varchar as mitigated_at,
    resolved::varchar as resolved_at,
    closed::varchar as closed_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    try(external_issue_reference->>'$.issue_name')::varchar as external_ids,
    source_line::bigint as source_line
from timed
