-- title: SLO impact statement
-- definition: Every change that touches a core service says what it does to that service's objective. A statement about
--   another service does not count; one that names no service counts when its text names the touched one.
-- grain: one row per failing change and core service; of named changes also which services have theirs
-- resolver: the team of the change
-- needs: changes
-- default: block
-- order: 10
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[]
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with touched as (
    select
        *,
        list_transform(statement_services, lambda name: lower(name)) as about,
    from touches_at($as_of, $change_ids)
),

judged as (
    select
        *,
        case
            when statement is null then 'missing'
            when list_contains(about, lower(service)) then 'right'
            when len(about) > 0 then 'other service'
            when contains(lower(statement), lower(service)) then 'right'
            else 'no service'
        end as verdict,
    from touched
    where accepts($core_services, service)
),

failing as (
    select
        change_id,
        if(verdict = 'no service', 'cannot tell', 'fail') as state,
        case verdict
            when 'missing' then 'There is no SLO impact statement for ' || service || '.'
            when 'other service'
                then
                    'The SLO impact statement is about ' || array_to_string(statement_services, ', ')
                    || '; the change touches ' || service || '.'
            else
                'The SLO impact statement does not say which service it is about; the change touches '
                || service || '.'
        end as reason,
        team,
        service,
    from judged
    where verdict <> 'right'
    union all
    select
        change_id,
        'measured' as state,
        if(
            accepts($core_services, service),
            'There is one for ' || service || '.', service || ' is no core service.'
        ) as reason,
        null as team,
        service,
    from touched
    where
        $change_ids is not null
        and (not accepts($core_services, service) or service in (
            select right_one.service from judged as right_one
            where right_one.change_id = touched.change_id and right_one.verdict = 'right'
        ))
    union all
    select
        change_id,
        'cannot tell' as state,
        'The change names no service, so nobody can tell whether it touches a core one.' as reason,
        team,
        null as service,
    from nameless_at($as_of, $change_ids)
)

select
    unnest(hold_of(failing)),
    coalesce('team ' || team, 'the team of the change')::varchar as resolver,
    service::varchar as service,
from failing
