-- title: FireHydrant incidents (JSON of the interface)
-- definition: One object per incident as the interface lists them. Its times are the milestones, told by their types
--   (started, detected, acknowledged, mitigated, resolved); an incident without the milestone "resolved" is open.
-- source: firehydrant
-- table: incidents
-- requires: id ; name ; severity ; milestones
-- optional: number ; current_milestone ; priority ; created_at ; started_at ; incident_url ; services ; teams ;
--   discarded_at ; incident_type
-- rows: one per record
-- zone:
-- verified: documentation

with listed as (
    select
        *,
        list_transform(
            try(from_json(milestones, '[{"type": "VARCHAR", "slug": "VARCHAR", "occurred_at": "VARCHAR"}]')),
            lambda milestone: {
                name: lower(coalesce(milestone.type, milestone.slug)), instant: milestone.occurred_at
            }
        ) as stamps
    from export
),

timed as (
    select
        *,
        lower(trim(current_milestone)) as status_word,
        list_filter(stamps, lambda stamp: stamp.name = 'started')[1].instant as started,
        list_filter(stamps, lambda stamp: stamp.name = 'detected')[1].instant as detected,
        list_filter(stamps, lambda stamp: stamp.name = 'acknowledged')[1].instant as acknowledged,
        list_filter(stamps, lambda stamp: stamp.name = 'mitigated')[1].instant as mitigated,
        list_filter(stamps, lambda stamp: stamp.name = 'resolved')[1].instant as resolved,
        list_filter(stamps, lambda stamp: stamp.name = 'closed')[1].instant as closed
    from listed
)

select
    coalesce(number, id)::varchar as incident_id,
    incident_url::varchar as url,
    name::varchar as title,
    try(services->>'$[0].name')::varchar as service,
    try(teams->>'$[0].name')::varchar as team,
    coalesce(try(severity->>'$.slug'), severity)::varchar as severity_text,
    (case
        when discarded_at is not null or status_word = 'cancelled' then 'cancelled'
        when closed is not null then 'closed'
        when resolved is not null then 'resolved'
        else 'open'
    end)::varchar as status,
    (case when lower(trim(incident_type)) in ('gameday', 'drill') then 'drill' else 'incident' end)::varchar as kind,
    coalesce(started, started_at, created_at)::varchar as opened_at,
    coalesce(started, started_at)::varchar as started_at,
    detected::varchar as detected_at,
    acknowledged::varchar as acknowledged_at,
    mitigated::varchar as mitigated_at,
    resolved::varchar as resolved_at,
    closed::varchar as closed_at,
    created_at::varchar as recorded_at,
    source_line::bigint as source_line
from timed
