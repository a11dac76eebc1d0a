-- title: Reliability sign-off
-- definition: Every change that touches a core service is signed off for reliability before it is merged, by somebody whom
--   `signoff_by` of review.toml allows (anybody, where it names nobody). While a change is not merged, a sign-off without
--   a time counts; afterwards nobody can tell whether it came in time, nor where both are of one day and one is known to
--   the day only.
-- grain: one row per failing change and core service; of named changes also when the others were signed off
-- resolver: the reliability team
-- needs: changes
-- default: block
-- order: 20
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[], signoff_by varchar[], time_zone varchar
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with touched as (
    select
        *,
        coalesce(merged_at, released_at) as decided_at,
        coalesce(len($signoff_by::varchar[]), 0) = 0 as is_open_to_all,
        -- The patterns come in lower case, with % for anything and \ before a character that stands for itself.
        list_bool_or(
            list_transform($signoff_by::varchar[], lambda allowed: lower(signed_by) like allowed escape '\')
        ) as is_listed,
    from touches_at($as_of, $change_ids)
),

judged as (
    select
        *,
        case
            when signed_by is null and signed_at is null then 'missing'
            when signed_by is null and not is_open_to_all then 'nobody named'
            when not is_open_to_all and not coalesce(is_listed, false) then 'not allowed'
            when decided_at is null then 'given'
            when signed_at is null then 'no time'
            when decided_on_a_day and signed_at >= decided_at + to_days(1) then 'too late'
            when not decided_on_a_day and signed_at > decided_at then 'too late'
            when signed_at + to_days(signed_on_a_day::integer) > decided_at then 'same day'
            else 'given'
        end as verdict,
    from touched
    where accepts($core_services, service)
),

failing as (
    select
        change_id,
        if(verdict in ('nobody named', 'no time', 'same day'), 'cannot tell', 'fail') as state,
        case verdict
            when 'missing'
                then coalesce(
                    'It was merged on ' || day_words(decided_at, $time_zone) || ' without a reliability sign-off.',
                    'It is not signed off for reliability yet.'
                )
            when 'nobody named' then 'The sign-off does not say who gave it.'
            when 'not allowed' then 'It was signed off by somebody who is not among those allowed to.'
            when 'no time' then 'The sign-off carries no time, so nobody can tell whether it came before the merge.'
            when 'same day'
                then
                    'It was signed off and merged on ' || day_words(decided_at, $time_zone)
                    || ', and only the day is known, so nobody can tell which came first.'
            when 'too late'
                then
                    'It was signed off on ' || day_words(signed_at, $time_zone) || ', after the merge on '
                    || day_words(decided_at, $time_zone) || '.'
        end as reason,
        service,
    from judged
    where verdict <> 'given'
    union all
    select
        change_id,
        'cannot tell' as state,
        'The change names no service, so nobody can tell whether it touches a core one.' as reason,
        null as service,
    from nameless_at($as_of, $change_ids)
    union all
    select
        change_id,
        'measured' as state,
        coalesce(
            'Signed off on ' || day_words(signed_at, $time_zone) || '.',
            'Signed off; the day is not recorded, which counts while it is not merged.'
        ) as reason,
        service,
    from judged
    where $change_ids is not null and verdict = 'given'
    union all
    select
        change_id,
        'measured' as state,
        service || ' is no core service.' as reason,
        service,
    from touched
    where $change_ids is not null and not accepts($core_services, service)
)

select
    unnest(hold_of(failing)),
    'the reliability team'::varchar as resolver,
    service::varchar as service,
from failing
