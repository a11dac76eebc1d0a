-- title: The issue of each incident
-- definition: Incidents that belong together. An incident is of the issue that a person assigned it to or that its
--   problem, its tickets or its root-cause id names (`fact_problems`); one without any joins the issue of those that
--   links lead to and from. An issue made of links alone is named after the incident they end at.
-- grain: one row per incident of an issue
-- makes: table fact_issues
-- columns: source varchar, incident_id varchar, opened_at timestamptz, issue_id varchar, told_issue_id varchar,
--   told_by varchar, known_at timestamptz
with recursive ranked as (
    select
        source,
        incident_id,
        partner_source,
        partner_id,
        row_number() over (
            partition by source, incident_id
            order by repeat_rule <> 'confirmed by a person', entry_id desc, partner_id, partner_source
        ) as number,
    from fact_links
),

link as (
    select * from ranked where number = 1
),

-- An issue that a decision names keeps its name, whatever new links lead on to.
pinned as (
    select issue_id, effective_issue_id, from repeat_decisions where decision = 'merged'
    union
    select
        effective_issue_id as issue_id,
        effective_issue_id,
    from repeat_decisions
    where effective_issue_id is not null
    union
    select issue_id, issue_id as effective_issue_id, from repeat_decisions where decision = 'split'
),

node as (
    select source, incident_id, from fact_links
    union
    select partner_source as source, partner_id as incident_id, from fact_links
),

own as (
    select
        node.source,
        node.incident_id,
        coalesce(fact_problems.issue_id, pinned.effective_issue_id) as issue_id,
    from node
    left join fact_problems
        on node.source is not distinct from fact_problems.source and node.incident_id = fact_problems.incident_id
    left join pinned on node.incident_id = pinned.issue_id
),

nameless as (
    select source, incident_id, from own where issue_id is null
),

-- Links lead backwards in time; the depth ends circles among incidents of the same instant.
chain as (
    select
        source,
        incident_id,
        partner_source as root_source,
        partner_id as root_id,
        1 as depth,
    from link
    union all
    select
        chain.source,
        chain.incident_id,
        link.partner_source as root_source,
        link.partner_id as root_id,
        chain.depth + 1 as depth,
    from chain
    inner join nameless
        on chain.root_source is not distinct from nameless.source and chain.root_id = nameless.incident_id
    inner join link on chain.root_source is not distinct from link.source and chain.root_id = link.incident_id
    where chain.depth < 50
),

rooted as (
    select
        source,
        incident_id,
        arg_max({'source': root_source, 'incident_id': root_id}, depth) as root,
    from chain
    group by source, incident_id
),

member as (
    select source, incident_id, root, from rooted
    union
    select root.source as source, root.incident_id as incident_id, root, from rooted
),

-- An incident with two links holds two roots together.
bridge as (
    select
        coalesce(own_root.root, {'source': ranked.source, 'incident_id': ranked.incident_id}) as near,
        coalesce(partner_root.root, {'source': ranked.partner_source, 'incident_id': ranked.partner_id}) as far,
    from ranked
    left join rooted as own_root
        on ranked.source is not distinct from own_root.source and ranked.incident_id = own_root.incident_id
    left join rooted as partner_root
        on
            ranked.partner_source is not distinct from partner_root.source
            and ranked.partner_id = partner_root.incident_id
    where ranked.number > 1
),

crossing as (
    select near, far, from bridge
    union
    select far as near, near as far, from bridge
),

reach as (
    select near, far, from crossing
    union
    select reach.near, crossing.far, from reach inner join crossing on reach.far = crossing.near
),

bridged_member as (
    select source, incident_id, root, from member
    union
    select far.source as source, far.incident_id as incident_id, far as root, from crossing
),

root as (
    select
        bridged_member.root,
        coalesce(
            max(own.issue_id) filter (
                where own.incident_id = bridged_member.root.incident_id
                and own.source is not distinct from bridged_member.root.source
            ),
            min(own.issue_id)
        ) as issue_id,
    from bridged_member
    left join own
        on bridged_member.source is not distinct from own.source and bridged_member.incident_id = own.incident_id
    group by bridged_member.root
),

-- Of roots that are held together and have no name, the one that opened first gives its own.
root_reached as (
    select root as near, root as far, from root
    union
    select near, far, from reach
),

named as (
    select
        root_reached.near as root,
        coalesce(
            max(root.issue_id) filter (where root_reached.near = root_reached.far),
            min(root.issue_id),
            arg_min(root.root.incident_id, (coalesce(incidents.opened_at, '-infinity'), root.root.incident_id))
        ) as issue_id,
    from root_reached
    inner join root on root_reached.far = root.root
    left join incidents
        on root.root.source is not distinct from incidents.source and root.root.incident_id = incidents.incident_id
    group by root_reached.near
),

linked as (
    select
        bridged_member.source,
        bridged_member.incident_id,
        min(coalesce(own.issue_id, named.issue_id)) as issue_id,
    from bridged_member
    inner join named on bridged_member.root = named.root
    left join own
        on bridged_member.source is not distinct from own.source and bridged_member.incident_id = own.incident_id
    group by bridged_member.source, bridged_member.incident_id
),

grouped as (
    select source, incident_id, opened_at, issue_id, told_issue_id, told_by, known_at, from fact_problems
    union all
    select
        linked.source,
        linked.incident_id,
        incidents.opened_at,
        linked.issue_id,
        null as told_issue_id,
        'link' as told_by,
        null as known_at,
    from linked
    left join fact_problems
        on linked.source is not distinct from fact_problems.source and linked.incident_id = fact_problems.incident_id
    left join incidents
        on linked.source is not distinct from incidents.source and linked.incident_id = incidents.incident_id
    where fact_problems.incident_id is null
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    opened_at::timestamptz as opened_at,
    issue_id::varchar as issue_id,
    told_issue_id::varchar as told_issue_id,
    told_by::varchar as told_by,
    known_at::timestamptz as known_at,
from grouped
