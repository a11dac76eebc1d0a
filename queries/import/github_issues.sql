-- title: GitHub issues as incidents (JSON of gh or of the interface)
-- definition: One object per issue. Where any issue of the file has a label such as incident, outage or sev1, only those that
--   have one are incidents. The severity is the label that names one (sev1, severity/critical, P2), service and team are
--   labels like service:checkout and team:payments. Closed is resolved, unless as not planned (closed without recovery) or as
--   a duplicate (merged). Pull requests are left out.
-- source: github
-- table: incidents
-- requires: number ; title ; state ; labels ; createdAt
-- optional: closedAt ; updatedAt ; stateReason ; url ; html_url ; pull_request
-- also: createdAt = created_at ; closedAt = closed_at ; updatedAt = updated_at ; stateReason = state_reason
-- excludes: mergedAt ; merged_at ; iid
-- rows: one per record
-- zone:
-- verified: documentation

with labelled as (
    select
        *,
        lower(trim(state)) as state_word,
        lower(trim(stateReason)) as reason_word,
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
        bool_or(is_labelled) over () as has_labelled,
        case
            when state_word <> 'closed' then 'open'
            when reason_word = 'duplicate' then 'merged'
            when reason_word = 'not_planned' then 'closed'
            else 'resolved'
        end as status_now
    from named
)

select
    number::varchar as incident_id,
    coalesce(html_url, url)::varchar as url,
    title::varchar as title,
    service_label::varchar as service,
    team_label::varchar as team,
    severity_label::varchar as severity_text,
    status_now::varchar as status,
    (case when is_maintenance then 'maintenance' else 'incident' end)::varchar as kind,
    createdAt::varchar as opened_at,
    (case when status_now = 'resolved' then closedAt end)::varchar as resolved_at,
    (case when status_now <> 'open' then closedAt end)::varchar as closed_at,
    updatedAt::varchar as updated_at,
    createdAt::varchar as recorded_at,
    (case
        when pull_request is not null then 'a pull request, not an incident'
        when has_labelled and not is_labelled then 'an issue without an incident label'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
