-- title: GitLab issues as incidents (CSV export)
-- definition: One row per issue of the list's CSV export; times are UTC. Where any issue has a label such as incident, outage
--   or sev1, only those that have one are incidents; postmortems and action items never are. The severity is the label that names one. Closed is resolved.
--   The id is the project of the address and the number.
-- source: gitlab
-- table: incidents
-- requires: Issue ID ; Title ; State ; Created At (UTC) ; Closed At (UTC) ; Labels
-- optional: URL ; Updated At (UTC)
-- rows: one per record
-- zone: UTC
-- verified: documentation

with labelled as (
    select
        *,
        lower(trim("State")) as state_word,
        json_label_names("Labels") as label_names
    from export
),

named as (
    select
        *,
        severity_label(label_names) as severity_label,
        label_of(label_names, 'service|component|area') as service_label,
        label_of(label_names, 'team|group') as team_label,
        is_maintenance_label(label_names) as is_maintenance,
        has_incident_label(label_names) as is_labelled,
        is_afterwards(label_names) as is_follow_up
    from labelled
),

stated as (
    select
        *,
        bool_or(is_labelled) over () as has_labelled
    from named
)

select
    in_repository("Issue ID", "URL", '#')::varchar as incident_id,
    "URL"::varchar as url,
    "Title"::varchar as title,
    service_label::varchar as service,
    team_label::varchar as team,
    severity_label::varchar as severity_text,
    (case when state_word = 'closed' then 'resolved' else 'open' end)::varchar as status,
    (case when is_maintenance then 'maintenance' else 'incident' end)::varchar as kind,
    "Created At (UTC)"::varchar as opened_at,
    (case when state_word = 'closed' then "Closed At (UTC)" end)::varchar as resolved_at,
    "Updated At (UTC)"::varchar as updated_at,
    "Created At (UTC)"::varchar as recorded_at,
    (case
        when is_follow_up then 'a postmortem or an action item, not an incident'
        when has_labelled and not is_labelled then 'an issue without an incident label'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
