-- title: Jira and Jira Service Management issues (CSV)
-- definition: One row per issue of "Export CSV (all fields)", server or cloud, or any part of it with
--   Summary, Status, Created and a key. Resolved is a resolve time only when the resolution or the status
--   says so: some exports fill it on open issues. Resolution Duplicate means the issue was merged into the
--   one it duplicates; Won't Fix and Won't Do close an incident without recovering it. Service requests,
--   changes, problems and plain work items are not incidents and are left out; a file without issue types
--   is taken to hold incidents only.
-- source: jira
-- table: incidents
-- requires: Summary ; Status ; Created
-- any of: Issue key ; Issue id
-- optional: Issue Type ; Priority ; Resolution ; Resolved ; Updated ; Component/s ; Components ;
--   Status Category ; Custom field (Affected services) ; Custom field (Severity) ; Custom field (Team) ;
--   Custom field (Root cause) ; Custom field ([CHART] Date of First Response) ;
--   Outward issue link (Duplicate) ;
--   Inward issue link (Duplicate) ; Inward issue link (Problem/Incident) ;
--   Outward issue link (Problem/Incident) ; Inward issue link (Causes) ; Custom field (Root cause ID)
-- rows: one per record
-- zone:
-- verified: real file

with issues as (
    select
        *,
        regexp_replace(trim(coalesce("Issue key", "Issue id")), '\s+', ' ', 'g') as issue,
        -- "[System] Incident" is the name of the built-in type.
        regexp_replace(lower(trim("Issue Type")), '^\[system\]\s*', '') as type_word,
        lower(trim("Status")) as status_word,
        -- Apostrophes may be straight or typographic.
        replace(lower(trim("Resolution")), '’', '''') as resolution_word
    from export
),

finished as (
    select
        *,
        (
            coalesce(resolution_word, 'unresolved') <> 'unresolved'
            or status_word in ('resolved', 'closed', 'done', 'completed', 'verified', 'fixed')
            or coalesce(lower(trim("Status Category")), '') = 'done'
        )
        and status_word <> 'reopened' as is_finished
    from issues
),

stated as (
    select
        *,
        case
            when not is_finished then 'open'
            when resolution_word = 'duplicate' then 'merged'
            when status_word like 'cancel%' or resolution_word like 'cancel%' then 'cancelled'
            when resolution_word in ('abandoned', 'withdrawn') then 'cancelled'
            when status_word in ('declined', 'rejected') then 'declined'
            when resolution_word in (
                'declined', 'rejected', 'invalid', 'not a problem', 'not a bug', 'false alarm',
                'false positive', 'cannot reproduce', 'works for me', 'worksforme', 'incomplete'
            ) then 'declined'
            when resolution_word in (
                'won''t fix', 'wontfix', 'won''t do', 'later', 'information provided'
            ) then 'closed'
            when status_word = 'closed' then 'closed'
            else 'resolved'
        end as status_now,
        -- Nobody brought the service back in these, whatever the date says.
        coalesce(resolution_word, '') in (
            'won''t fix', 'wontfix', 'won''t do', 'later', 'information provided'
        ) as is_given_up
    from finished
)

select
    issue::varchar as incident_id,
    "Summary"::varchar as title,
    coalesce(
        "Component/s",
        "Components",
        -- Identifiers and program objects are written here too: they name nothing.
        case
            when not regexp_matches("Custom field (Affected services)", '^(ari:|com\.)')
                then "Custom field (Affected services)"
        end
    )::varchar as service,
    "Custom field (Team)"::varchar as team,
    coalesce("Custom field (Severity)", "Priority")::varchar as severity_text,
    status_now::varchar as status,
    (case
        when type_word like '%service request%' then 'request'
        when type_word = 'maintenance' then 'maintenance'
        else 'incident'
    end)::varchar as kind,
    "Created"::varchar as opened_at,
    "Custom field ([CHART] Date of First Response)"::varchar as acknowledged_at,
    (case when is_finished and not is_given_up then "Resolved" end)::varchar as resolved_at,
    (case when is_finished then "Resolved" end)::varchar as closed_at,
    "Updated"::varchar as updated_at,
    "Custom field (Root cause)"::varchar as root_cause,
    "Custom field (Root cause ID)"::varchar as root_cause_id,
    -- "is caused by" points inward; links made the other way round name the same problem.
    coalesce(
        "Inward issue link (Problem/Incident)",
        "Inward issue link (Causes)",
        "Outward issue link (Problem/Incident)"
    )::varchar as problem_id,
    -- People link either way round; which of the two came first is told by the times.
    coalesce("Outward issue link (Duplicate)", "Inward issue link (Duplicate)")::varchar as repeat_of,
    (case when status_now = 'merged' then "Outward issue link (Duplicate)" end)::varchar as merged_into,
    (case
        when type_word like '%change%' then 'a change, not an incident'
        when type_word like '%problem%' then 'a problem record, not an incident'
        when type_word like '%post-incident%' then 'a post-incident review, not an incident'
        when type_word in (
            'task', 'sub-task', 'subtask', 'story', 'epic', 'improvement', 'new feature', 'feature', 'wish',
            'test'
        ) then 'a work item (' || type_word || '), not an incident'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
