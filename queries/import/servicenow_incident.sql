-- title: ServiceNow incidents (field names)
-- definition: Incidents of a list export with field names: one row per incident, or one row per update of
--   it (an event log has the same columns), folded to the newest. Severity is the priority, never the
--   urgency. A resolve time counts only once the state says resolved or closed; sys_updated_on is not one
--   (it is often the job that closes old tickets). Rows of other record types, told by their number, are
--   left out. A parent incident is the one it repeats, unless it was closed as its duplicate: then it was merged into
--   it. The change that caused it (caused_by) is its root-cause id.
--   A list without opened_at is dated by when the row was created. Where the Table API gives the values of the database
--   (state and priority as numbers), its times are UTC; else they are as the person who exported them sees them.
-- source: servicenow
-- table: incidents
-- requires: number ; opened_at | sys_created_on | created
-- any of: incident_state ; state ; short_description ; assignment_group
-- optional: active ; priority ; severity ; business_service ; cmdb_ci ; category ; problem_id ;
--   reopen_count ; resolved_at ; closed_at ; sys_updated_at ; sys_updated_on ; cause ; closed_code ;
--   close_code ; parent ; parent_incident ; caused_by ;
--   correlation_id
-- also: sys_created_on = sys_created_at
-- rows: fold
-- zone:
-- verified: real file

with records as (
    select
        *,
        regexp_replace(trim(number), '\s+', ' ', 'g') as record_number,
        lower(trim(coalesce(incident_state, state))) as state_word,
        regexp_full_match(concat(coalesce(incident_state, state), priority), '\d+') as is_of_database,
        coalesce(sys_updated_at, sys_updated_on) as touched_at,
        regexp_replace(
            trim(coalesce(parent_incident, case when upper(trim(parent)) like 'INC%' then parent end)),
            '\s+', ' ', 'g'
        ) as parent_number
    from export
),

stated as (
    select
        *,
        case
            when state_word like 'cancel%' or state_word = '8' then 'cancelled'
            when lower(coalesce(close_code, closed_code)) = 'duplicate' then 'merged'
            when state_word like 'closed%' or state_word = '7' then 'closed'
            when state_word like 'resolved%' or state_word = '6' then 'resolved'
            when state_word is null and closed_at is not null then 'closed'
            when state_word is null and resolved_at is not null then 'resolved'
            when state_word is null and lower(trim(active)) = 'false' then 'closed'
            else 'open'
        end as status_now
    from records
)

select
    record_number::varchar as incident_id,
    short_description::varchar as title,
    coalesce(business_service, cmdb_ci, category)::varchar as service,
    assignment_group::varchar as team,
    coalesce(priority, severity)::varchar as severity_text,
    status_now::varchar as status,
    'incident'::varchar as kind,
    utc_of_database(coalesce(opened_at, sys_created_on, created), is_of_database)::varchar as opened_at,
    (case
        when status_now in ('resolved', 'closed', 'merged') then utc_of_database(resolved_at, is_of_database)
    end)::varchar as resolved_at,
    (case
        when status_now in ('closed', 'merged') then utc_of_database(closed_at, is_of_database)
    end)::varchar as closed_at,
    utc_of_database(touched_at, is_of_database)::varchar as updated_at,
    utc_of_database(coalesce(sys_created_on, created), is_of_database)::varchar as recorded_at,
    trim(correlation_id)::varchar as external_ids,
    reopen_count::varchar as reopen_count,
    cause::varchar as root_cause,
    regexp_replace(trim(caused_by), '\s+', ' ', 'g')::varchar as root_cause_id,
    regexp_replace(
        trim(coalesce(problem_id, case when upper(trim(parent)) like 'PRB%' then parent end)), '\s+', ' ', 'g'
    )::varchar as problem_id,
    (case when status_now <> 'merged' then parent_number end)::varchar as repeat_of,
    (case when status_now = 'merged' then parent_number end)::varchar as merged_into,
    utc_of_database(touched_at, is_of_database)::varchar as exported_at,
    (case
        when upper(record_number) like 'PRB%' then 'a problem record, not an incident'
        when upper(record_number) like 'CHG%' then 'a change request, not an incident'
        when regexp_matches(upper(record_number), '^(REQ|RITM|SCTASK|TASK)') then 'a request, not an incident'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from stated
