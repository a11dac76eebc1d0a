-- title: The problem each incident belongs to
-- definition: The problem of an incident by its own record: what a person assigned it to, else its problem id, else the
--   one problem id its support tickets agree on, else its root-cause id. An issue that a person merged into another
--   counts as that one. `told_issue_id` is what the tools say; `left_issue_id` is the issue that a person split it from.
-- grain: one row per incident that has any
-- leaves out: incidents whose tickets name different problems and that name none themselves
-- makes: table fact_problems
-- columns: source varchar, incident_id varchar, opened_at timestamptz, issue_id varchar, told_issue_id varchar,
--   told_by varchar, known_at timestamptz, left_issue_id varchar, entry_id bigint
with ticket_problem as (
    select
        incident_id,
        min(problem_id) as problem_id,
        min(created_at) as known_at,
    from tickets
    where incident_id is not null and problem_id is not null
    group by incident_id
    having count(distinct problem_id) = 1
),

assigned as (
    select * from repeat_decisions where decision in ('same as', 'split')
),

told as (
    select
        incidents.source,
        incidents.incident_id,
        incidents.opened_at,
        coalesce(incidents.problem_id, ticket_problem.problem_id, incidents.root_cause_id) as issue_id,
        case
            when incidents.problem_id is not null then 'problem id'
            when ticket_problem.problem_id is not null then 'ticket'
            when incidents.root_cause_id is not null then 'root cause id'
        end as told_by,
        -- A ticket says it only once it is there.
        case when incidents.problem_id is null then ticket_problem.known_at end as known_at,
    from incidents
    left join ticket_problem on incidents.incident_id = ticket_problem.incident_id
    where
        incidents.problem_id is not null
        or incidents.root_cause_id is not null
        or ticket_problem.incident_id is not null
        or incidents.incident_id in (select incident_id from assigned)
),

merged as (
    select * from repeat_decisions where decision = 'merged'
),

decided as (
    select
        told.source,
        told.incident_id,
        told.opened_at,
        coalesce(assigned.effective_issue_id, merged.effective_issue_id, told.issue_id) as issue_id,
        told.issue_id as told_issue_id,
        if(assigned.entry_id is not null, 'a person', told.told_by) as told_by,
        if(assigned.entry_id is not null, null, told.known_at) as known_at,
        if(assigned.decision = 'split', assigned.issue_id, null) as left_issue_id,
        assigned.entry_id,
    from told
    left join assigned
        on told.source is not distinct from assigned.source and told.incident_id = assigned.incident_id
    left join merged on told.issue_id = merged.issue_id
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    opened_at::timestamptz as opened_at,
    issue_id::varchar as issue_id,
    told_issue_id::varchar as told_issue_id,
    told_by::varchar as told_by,
    known_at::timestamptz as known_at,
    left_issue_id::varchar as left_issue_id,
    entry_id::bigint as entry_id,
from decided
where issue_id is not null
