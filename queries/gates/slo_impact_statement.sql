-- title: SLO impact statement
-- definition: Every change that touches a core service says what it does to that service's objective. A statement about
--   another service does not count; one that names no service counts when its text names the touched one.
-- grain: one row per failing change and core service; of named changes also which services have theirs
-- resolver: the team of the change
-- needs: changes
-- default: block
-- order: 10
-- fails missing: There is no SLO impact statement for {service}.
-- fails other service: The SLO impact statement is about {statement_services}; the change touches {service}.
-- cannot tell no service: The SLO impact statement does not say which service it is about; the change touches {service}.
-- cannot tell nameless: The change names no service, so nobody can tell whether it touches a core one.
-- passes given: There is an SLO impact statement for {service}.
-- passes not core: {service} is not a core service.
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[]
-- columns: change_id varchar, verdict varchar, service varchar, statement_services varchar[], team varchar
with touched as (
    select
        *,
        list_transform(statement_services, lambda name: lower(name)) as about,
    from touches_at($as_of, $change_ids)
),

judged as (
    select
        change_id,
        service,
        team,
        statement_services,
        case
            when not accepts($core_services, service) then 'not core'
            when statement is null then 'missing'
            when list_contains(about, lower(service)) then 'given'
            when len(about) > 0 then 'other service'
            when contains(lower(statement), lower(service)) then 'given'
            else 'no service'
        end as verdict,
    from touched
    union all by name
    select change_id, team, 'nameless' as verdict, from nameless_at($as_of, $change_ids)
)

select
    unnest(verdict_of(judged)),
    statement_services::varchar[] as statement_services,
    team::varchar as team,
from judged
where $change_ids is not null or verdict not in ('given', 'not core')
