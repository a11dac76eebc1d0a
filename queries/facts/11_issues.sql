-- title: Issues made of linked incidents
-- definition: Incidents without a problem id that belong together because explicit links lead from one to the next. The
--   issue is named after the problem id of the incident the links end at, else after that incident.
-- grain: one row per incident that has no problem id and is linked, or linked to
-- makes: table fact_issues
-- columns: source varchar, incident_id varchar, issue_id varchar
with recursive link as (
    select source, incident_id, repeat_partner, from fact_repeats where repeat_rule = 'explicit link'
),

-- Links lead backwards in time; the depth ends circles among incidents of the same instant.
chain as (
    select
        source,
        incident_id,
        repeat_partner as root_id,
        1 as depth,
    from link
    union all
    select
        chain.source,
        chain.incident_id,
        link.repeat_partner as root_id,
        chain.depth + 1 as depth,
    from chain
    inner join link on chain.source is not distinct from link.source and chain.root_id = link.incident_id
    where chain.depth < 50
),

rooted as (
    select
        source,
        incident_id,
        arg_max(root_id, depth) as root_id,
    from chain
    group by source, incident_id
),

member as (
    select source, incident_id, root_id, from rooted
    union
    select source, root_id as incident_id, root_id, from rooted
)

select
    member.source::varchar as source,
    member.incident_id::varchar as incident_id,
    min(coalesce(root.problem_id, member.root_id))::varchar as issue_id,
from member
left join incidents as root on member.source is not distinct from root.source and member.root_id = root.incident_id
left join incidents as own on member.source is not distinct from own.source and member.incident_id = own.incident_id
where own.problem_id is null
group by member.source, member.incident_id
