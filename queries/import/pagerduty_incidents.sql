-- title: PagerDuty incidents, REST list (JSON)
-- definition: One object per incident as the incidents list returns it, with service, priority and teams as
--   objects. A resolved incident never changes status again, so that its last status change is its resolve
--   time where resolved_at is missing. An incident resolved by a merge is not a fast resolve: it is merged
--   into the other. External references are what other tools call it.
-- source: pagerduty
-- table: incidents
-- requires: id ; incident_number ; status ; urgency ; created_at ; service ; escalation_policy
-- optional: title ; description ; resolved_at ; updated_at ; last_status_change_at ; priority ; teams ;
--   html_url ; resolve_reason ; external_references
-- rows: one per record
-- zone:
-- verified: documentation

with listed as (
    select
        *,
        lower(trim(status)) = 'resolved' as is_resolved,
        coalesce(try(resolve_reason->>'$.type'), '') = 'merge_resolve_reason' as is_merged,
        -- Some copies of the list hold plain names where the interface returns objects.
        case when not json_valid(service) then service end as service_name,
        case when not json_valid(teams) then teams end as team_name,
        case when not json_valid(priority) then priority end as priority_name
    from export
)

select
    id::varchar as incident_id,
    html_url::varchar as url,
    coalesce(title, description)::varchar as title,
    coalesce(service_name, try(service->>'$.summary'), try(service->>'$.name'))::varchar as service,
    coalesce(team_name, try(teams->>'$[0].summary'), try(teams->>'$[0].name'))::varchar as team,
    coalesce(
        priority_name, try(priority->>'$.summary'), try(priority->>'$.name')
    )::varchar as severity_text,
    (case when is_merged then 'merged' when is_resolved then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    created_at::varchar as opened_at,
    (case when is_resolved then coalesce(resolved_at, last_status_change_at) end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    nullif(
        array_to_string(
            list_sort(
                list_distinct(
                    list_transform(
                        try(from_json(external_references, '[{"external_id": "VARCHAR", "summary": "VARCHAR"}]')),
                        lambda reference: trim(coalesce(reference.external_id, reference.summary))
                    )
                )
            ),
            ', '
        ),
        ''
    )::varchar as external_ids,
    (case when is_merged then resolve_reason->>'$.incident.id' end)::varchar as merged_into,
    source_line::bigint as source_line
from listed
