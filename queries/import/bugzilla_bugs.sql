-- title: Bugzilla bugs (CSV or JSON)
-- definition: One row per bug of a list with "Opened" (CSV, with labels or field names) or of the REST interface. Severity is
--   Bugzilla's severity; enhancements are requests. FIXED is resolved at the last resolution, where the list has it;
--   DUPLICATE is merged; INVALID, WORKSFORME and INCOMPLETE are declined; WONTFIX, INACTIVE and MOVED are closed without
--   recovery. The service is the component.
-- source: bugzilla
-- table: incidents
-- requires: Bug ID ; Summary ; Status ; Resolution ; Opened
-- optional: Product ; Component ; Severity ; Priority ; Last Resolved ; Changed ; dupe_of
-- also: Bug ID = bug_id | id ; Summary = short_desc ; Status = bug_status ; Opened = opendate | creation_time | creation_ts ;
--   Severity = bug_severity ; Last Resolved = cf_last_resolved ; Changed = changeddate | last_change_time | delta_ts | Updated
-- rows: one per record
-- zone:
-- verified: documentation

with stated as (
    select
        *,
        upper(trim("Resolution")) as resolution_word,
        -- Without a status nobody knows that it is over, whatever else the row says.
        coalesce(list_contains(['RESOLVED', 'VERIFIED', 'CLOSED'], upper(trim("Status"))), false) as is_over
    from export
)

select
    "Bug ID"::varchar as incident_id,
    "Summary"::varchar as title,
    coalesce("Component", "Product")::varchar as service,
    coalesce("Severity", "Priority")::varchar as severity_text,
    (case
        when not is_over then 'open'
        when resolution_word = 'DUPLICATE' then 'merged'
        when resolution_word in ('INVALID', 'WORKSFORME', 'INCOMPLETE', 'NOTABUG') then 'declined'
        when resolution_word in ('WONTFIX', 'INACTIVE', 'MOVED') then 'closed'
        else 'resolved'
    end)::varchar as status,
    'incident'::varchar as kind,
    "Opened"::varchar as opened_at,
    (case when is_over and coalesce(resolution_word, 'FIXED') = 'FIXED' then "Last Resolved" end)::varchar
        as resolved_at,
    (case when is_over then "Last Resolved" end)::varchar as closed_at,
    "Changed"::varchar as updated_at,
    "Opened"::varchar as recorded_at,
    (case when is_over and resolution_word = 'DUPLICATE' then dupe_of end)::varchar as merged_into,
    source_line::bigint as source_line
from stated
