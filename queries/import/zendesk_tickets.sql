-- title: Zendesk tickets (CSV report)
-- definition: One row per ticket of the ticket export (43 columns, then custom fields with a type suffix).
--   The account is the organization; solved only when the status says solved or closed. A ticket tagged
--   closed_by_merge was merged into another. What Zendesk has no column for is read from custom fields of
--   these names, whatever their type suffix: Service (or Product), Incident ID, Problem ID, Repeat,
--   Escalated to engineering at, Escalated to executive at. The tags repeat and recurring mark a repeat
--   too.
-- source: zendesk
-- table: tickets
-- requires: Id ; Requester ; Subject ; Status ; Priority ; Created at ; Updated at
-- optional: Organization ; Tags ; Solved at ; Service ; Incident ID ; Problem ID ; Repeat ;
--   Escalated to engineering at ; Escalated to executive at
-- rows: one per record
-- zone:
-- verified: documentation

with tickets as (
    select
        *,
        lower(trim("Status")) as status_word,
        regexp_split_to_array(lower(trim("Tags")), '[\s,]+') as tag_words,
        coalesce(*columns('(?i)^(service|product)( \[.+\])?$')) as service_name,
        coalesce(*columns('(?i)^incident id( \[.+\])?$')) as incident_field,
        coalesce(*columns('(?i)^problem id( \[.+\])?$')) as problem_field,
        lower(trim(coalesce(*columns('(?i)^repeat( \[.+\])?$')))) as repeat_word,
        coalesce(*columns('(?i)^escalated to engineering at( \[.+\])?$')) as engineering_at,
        coalesce(*columns('(?i)^escalated to executive at( \[.+\])?$')) as executive_at
    from export
),

marked as (
    select
        *,
        coalesce(list_contains(tag_words, 'closed_by_merge'), false) as is_merged,
        coalesce(list_has_any(tag_words, ['repeat', 'recurring']), false) as is_tagged_repeat
    from tickets
)

select
    "Id"::varchar as ticket_id,
    "Organization"::varchar as account_id,
    "Subject"::varchar as subject,
    service_name::varchar as service,
    "Priority"::varchar as priority,
    (case
        when is_merged then 'merged'
        when status_word = 'solved' then 'resolved'
        when status_word = 'closed' then 'closed'
        when status_word = 'deleted' then 'cancelled'
        else 'open'
    end)::varchar as status,
    "Created at"::varchar as created_at,
    (case when status_word in ('solved', 'closed') then "Solved at" end)::varchar as solved_at,
    "Updated at"::varchar as updated_at,
    incident_field::varchar as incident_id,
    regexp_replace(trim(problem_field), '\s+', ' ', 'g')::varchar as problem_id,
    (case
        when is_tagged_repeat or repeat_word in ('1', 'true', 'yes', 'checked') then 'true'
        when repeat_word is not null then 'false'
    end)::varchar as repeat_flag,
    engineering_at::varchar as escalated_to_engineering_at,
    executive_at::varchar as escalated_to_executive_at,
    (case
        when is_merged then 'merged into another ticket'
        when status_word = 'deleted' then 'deleted'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from marked
