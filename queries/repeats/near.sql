-- title: Incidents that a decision can reach
-- definition: Every incident that is tied, over any number of steps, to one of the ids given (of incidents, problems or
--   issues): by a problem or a root cause, by a link, by a ticket, by the issue it is of or was of by the tools. What a
--   decision about these ids does to repeats, it does to these incidents; there may be more than it reaches, never fewer.
-- grain: one row per incident
-- params: names varchar[], limit bigint
-- columns: source varchar, incident_id varchar
with recursive tie as (
    select incident_id as one, problem_id as other from incidents where problem_id is not null
    union all
    select incident_id as one, root_cause_id as other from incidents where root_cause_id is not null
    union all
    select incident_id as one, repeat_of as other from incidents where repeat_of is not null
    union all
    select incident_id as one, problem_id as other
    from tickets
    where incident_id is not null and problem_id is not null
    union all
    select incident_id as one, issue_id as other from fact_issues
    union all
    select incident_id as one, told_issue_id as other from fact_issues where told_issue_id is not null
    union all
    select incident_id as one, partner_id as other from fact_links
    union all
    select incident_id as one, partner_id as other
    from repeat_decisions
    where incident_id is not null and partner_id is not null
    union all
    select incident_id as one, effective_issue_id as other
    from repeat_decisions
    where incident_id is not null and effective_issue_id is not null
    union all
    select issue_id as one, effective_issue_id as other
    from repeat_decisions
    where issue_id is not null and effective_issue_id is not null
    -- What a link leads to may have been merged into another incident.
    union all
    select row_key as one, detail as other
    from left_out
    where table_name = 'incidents' and reason = 'merged into another' and detail is not null
),

both_ways as materialized (
    select one, other from tie where one <> other
    union all
    select other as one, one as other from tie where one <> other
),

name as (
    select unnest($names::varchar[]) as name
    union
    select both_ways.other as name
    from name
    inner join both_ways on name.name = both_ways.one
)

select
    incidents.source::varchar as source,
    incidents.incident_id::varchar as incident_id,
from incidents
semi join name on incidents.incident_id = name.name
limit $limit
