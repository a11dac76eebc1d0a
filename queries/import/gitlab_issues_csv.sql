-- title: GitLab issues as incidents (CSV export)
-- definition: One row per issue of the list's CSV export; times are UTC. Where any issue has a label such as incident, outage
--   or sev1, only those that have one are incidents. The severity is the label that names one. Closed is resolved.
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
        list_transform(
            case
                when "Labels" like '[%' and "Labels" like '%{%'
                    then list_transform(
                        try(from_json("Labels", '[{"name": "VARCHAR"}]')), lambda label: label.name
                    )
                when "Labels" like '[%' then try(from_json("Labels", '["VARCHAR"]'))
                else regexp_split_to_array("Labels", '\s*[,;]\s*')
            end,
            lambda label: trim(label)
        ) as label_names
    from export
),

named as (
    select
        *,
        coalesce(
            -- "sev1", "severity::critical", "priority/high"; else a word that says nothing but how bad it is.
            list_filter(
                label_names,
                lambda label: regexp_full_match(
                    lower(label),
                    '(severity|sev|priority|prio|impact|p|s)[\s:/_.-]*'
                    || '([0-5]|critical|high|major|medium|moderate|minor|low|urgent)'
                )
            )[1],
            list_filter(
                label_names,
                lambda label: regexp_full_match(
                    lower(label), 'critical|blocker|urgent|high|major|medium|minor|low|trivial'
                )
            )[1]
        ) as severity_label,
        regexp_extract(
            list_filter(
                label_names, lambda label: regexp_full_match(lower(label), '(service|component|area)\s*[:/]+.+')
            )[1],
            '[:/]+\s*(.+)$',
            1
        ) as service_label,
        regexp_extract(
            list_filter(label_names, lambda label: regexp_full_match(lower(label), '(team|group)\s*[:/]+.+'))[1],
            '[:/]+\s*(.+)$',
            1
        ) as team_label,
        list_contains(list_transform(label_names, lambda label: lower(label)), 'maintenance') as is_maintenance,
        coalesce(
            len(
                list_filter(
                    label_names,
                    lambda label: regexp_matches(
                        lower(label), '(^|[^a-z])(incident|outage|downtime|postmortem|sev[ -]?[0-5])'
                    )
                )
            ),
            0
        ) > 0 as is_labelled
    from labelled
),

stated as (
    select
        *,
        bool_or(is_labelled) over () as has_labelled
    from named
)

select
    "Issue ID"::varchar as incident_id,
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
    (case when has_labelled and not is_labelled then 'an issue without an incident label' end)::varchar
        as excluded_reason,
    source_line::bigint as source_line
from stated
