-- title: Rootly incidents (JSON of the interface)
-- definition: One object per incident as the interface lists them, its fields inside "attributes": started_at, detected_at,
--   acknowledged_at, mitigated_at, resolved_at, cancelled_at. Kinds test, example and scheduled (and their sub-incidents)
--   are not incidents. The service is the first one named, where the list includes them. What Jira, PagerDuty, ServiceNow,
--   Opsgenie, Splunk On-Call, GitHub and GitLab call it is kept.
-- source: rootly
-- table: incidents
-- requires: id ; type ; attributes
-- holds: attributes = "(sequential_id|mitigated_at|cancelled_at)"
-- rows: one per record
-- zone:
-- verified: documentation

with fields as (
    select
        *,
        lower(trim(coalesce(attributes->>'$.status', attributes->>'$.state'))) as status_word,
        regexp_replace(lower(trim(attributes->>'$.kind')), '_sub$', '') as kind_word
    from export
)

select
    coalesce(attributes->>'$.sequential_id', id)::varchar as incident_id,
    (attributes->>'$.url')::varchar as url,
    (attributes->>'$.title')::varchar as title,
    coalesce(
        attributes->>'$.services[0].name',
        attributes->>'$.services.data[0].attributes.name',
        attributes->>'$.services[0].attributes.name'
    )::varchar as service,
    coalesce(
        attributes->>'$.groups[0].name',
        attributes->>'$.groups.data[0].attributes.name',
        attributes->>'$.groups[0].attributes.name'
    )::varchar as team,
    coalesce(
        attributes->>'$.severity.data.attributes.name',
        attributes->>'$.severity.name',
        attributes->>'$.severity.data.attributes.slug',
        attributes->>'$.severity.slug',
        attributes->>'$.severity'
    )::varchar as severity_text,
    (case
        when status_word in ('cancelled', 'canceled') then 'cancelled'
        when status_word in ('closed', 'completed') then 'closed'
        when status_word = 'resolved' then 'resolved'
        else 'open'
    end)::varchar as status,
    (case when kind_word in ('test', 'example', 'scheduled') then kind_word else 'incident' end)::varchar
        as kind,
    coalesce(attributes->>'$.created_at', attributes->>'$.started_at')::varchar as opened_at,
    (attributes->>'$.started_at')::varchar as started_at,
    (attributes->>'$.detected_at')::varchar as detected_at,
    (attributes->>'$.acknowledged_at')::varchar as acknowledged_at,
    (attributes->>'$.mitigated_at')::varchar as mitigated_at,
    (case
        when status_word in ('resolved', 'closed', 'completed') then attributes->>'$.resolved_at'
    end)::varchar as resolved_at,
    (attributes->>'$.updated_at')::varchar as updated_at,
    (attributes->>'$.created_at')::varchar as recorded_at,
    nullif(
        concat_ws(
            ', ',
            attributes->>'$.jira_issue_key',
            attributes->>'$.pagerduty_incident_id',
            attributes->>'$.service_now_incident_key',
            attributes->>'$.opsgenie_incident_id',
            attributes->>'$.victor_ops_incident_id',
            attributes->>'$.github_issue_url',
            attributes->>'$.gitlab_issue_url'
        ), ''
    )::varchar as external_ids,
    source_line::bigint as source_line
from fields
