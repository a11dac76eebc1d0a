-- title: Decisions about repeats
-- definition: What people decided about repeats, as the facts were made with it. `is_held` is false while no export holds
--   the incident, or no incident the issue, that it is about: then the decision waits, and counts again when they return.
-- grain: one row per incident, pair or issue decided about, in the order of the journal
-- columns: decision varchar, source varchar, incident_id varchar, partner_source varchar, partner_id varchar,
--   issue_id varchar, effective_issue_id varchar, entry_id bigint, is_held boolean
select
    decided.decision::varchar as decision,
    decided.source::varchar as source,
    decided.incident_id::varchar as incident_id,
    decided.partner_source::varchar as partner_source,
    decided.partner_id::varchar as partner_id,
    decided.issue_id::varchar as issue_id,
    decided.effective_issue_id::varchar as effective_issue_id,
    decided.entry_id::bigint as entry_id,
    case
        when decided.incident_id is not null then incidents.incident_id is not null
        else exists (
            select 1
            from fact_issues
            where
                fact_issues.issue_id = decided.effective_issue_id
                and (fact_issues.told_issue_id = decided.issue_id or fact_issues.incident_id = decided.issue_id)
        )
    end::boolean as is_held,
from repeat_decisions as decided
left join incidents
    on decided.source is not distinct from incidents.source and decided.incident_id = incidents.incident_id
order by decided.entry_id, decided.incident_id
