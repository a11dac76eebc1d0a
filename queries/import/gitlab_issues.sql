-- title: GitLab issues as incidents (JSON of glab or of the interface)
-- definition: One object per issue. Issues of type incident are incidents; where no issue of the file has that type, those
--   with a label such as incident, outage or sev1, and where none has, all. The severity is GitLab's own, where it is known,
--   else the label that names one (severity::1, P2). Closed is resolved.
-- source: gitlab
-- table: incidents
-- requires: iid ; title ; state ; labels ; created_at
-- optional: closed_at ; updated_at ; web_url ; issue_type ; severity
-- excludes: merged_at
-- rows: one per record
-- zone:
-- verified: documentation

with labelled as (
    select
        *,
        lower(trim(state)) as state_word,
        lower(trim(issue_type)) = 'incident' as is_typed,
        list_transform(
            case
                when labels like '[%' and labels like '%{%'
                    then list_transform(
                        try(from_json(labels, '[{"name": "VARCHAR"}]')), lambda label: label.name
                    )
                when labels like '[%' then try(from_json(labels, '["VARCHAR"]'))
                else regexp_split_to_array(labels, '\s*[,;]\s*')
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
        bool_or(coalesce(is_typed, false)) over () as has_typed,
        bool_or(is_labelled) over () as has_labelled
    from named
)

select
    iid::varchar as incident_id,
    web_url::varchar as url,
    title::varchar as title,
    service_label::varchar as service,
    team_label::varchar as team,
    coalesce(case when lower(trim(severity)) <> 'unknown' then severity end, severity_label)::varchar
        as severity_text,
    (case when state_word = 'closed' then 'resolved' else 'open' end)::varchar as status,
    (case when is_maintenance then 'maintenance' else 'incident' end)::varchar as kind,
    created_at::varchar as opened_at,
    (case when state_word = 'closed' then closed_at end)::varchar as resolved_at,
    updated_at::varchar as updated_at,
    created_at::varchar as recorded_at,
    (case
        when has_typed and not coalesce(is_typed, false) then 'an issue of another type, not an incident'
        when not has_typed and has_labelled and not is_labelled then 'an issue without an incident label'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
