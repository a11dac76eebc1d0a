-- title: GitLab issues as incidents (JSON of glab or of the interface)
-- definition: One object per issue. Issues of type incident are incidents; where no issue of the file has that type, those
--   with a label such as incident, outage or sev1, and where none has, all but postmortems and action items. The severity is GitLab's own, where it is known,
--   else the label that names one (severity::1, P2). Closed is resolved.
--   The id is the project of the address and the number.
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
        json_label_names(labels) as label_names
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
        bool_or(coalesce(is_typed, false)) over () as has_typed,
        bool_or(is_labelled) over () as has_labelled
    from named
)

select
    in_repository(iid, web_url, '#')::varchar as incident_id,
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
        when not has_typed and is_follow_up then 'a postmortem or an action item, not an incident'
        when not has_typed and has_labelled and not is_labelled then 'an issue without an incident label'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
