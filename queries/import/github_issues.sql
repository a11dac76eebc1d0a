-- title: GitHub issues as incidents (JSON of gh or of the interface)
-- definition: One object per issue. Where any issue of the file has a label such as incident, outage or sev1, only those that
--   have one are incidents; postmortems and action items never are. The severity is the label that names one (sev1, severity/critical, P2), service and team are
--   labels like service:checkout and team:payments. Closed is resolved, unless as not planned (closed without recovery) or as
--   a duplicate (merged). Pull requests are left out.
--   The id is the repository of the address and the number.
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
        bool_or(is_labelled) over () as has_labelled,
        case
            when coalesce(state_word, '') <> 'closed' then 'open'
            when reason_word = 'duplicate' then 'merged'
            when reason_word = 'not_planned' then 'closed'
            else 'resolved'
        end as status_now
    from named
)

select
    in_repository(number, coalesce(html_url, url), '#')::varchar as incident_id,
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
        when is_follow_up then 'a postmortem or an action item, not an incident'
        when has_labelled and not is_labelled then 'an issue without an incident label'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
