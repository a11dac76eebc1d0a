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
-- fails not signed: It is not signed off for reliability yet.
-- fails merged unsigned: It was merged on {decided_at} without a reliability sign-off.
-- fails not allowed: It was signed off by somebody who is not among those allowed to.
-- fails too late: It was signed off on {signed_at}, after the merge on {decided_at}.
-- cannot tell nobody named: The sign-off does not say who gave it.
-- cannot tell no time: The sign-off carries no time, so nobody can tell whether it came before the merge.
-- cannot tell same day: It was signed off and merged on {decided_at}, and only the day is known, so nobody can tell which
--   came first.
-- cannot tell nameless: The change names no service, so nobody can tell whether it touches a core one.
-- passes given: Signed off on {signed_at}.
-- passes given without a day: Signed off; the day is not recorded, which is enough until the change is merged.
-- passes not core: {service} is not a core service.
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[], signoff_by varchar[]
-- columns: change_id varchar, verdict varchar, service varchar, decided_at timestamptz, signed_at timestamptz
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
        change_id,
        service,
        decided_at,
        signed_at,
        case
            when not accepts($core_services, service) then 'not core'
            when signed_by is null and signed_at is null and decided_at is null then 'not signed'
            when signed_by is null and signed_at is null then 'merged unsigned'
            when signed_by is null and not is_open_to_all then 'nobody named'
            when not is_open_to_all and not coalesce(is_listed, false) then 'not allowed'
            when decided_at is null and signed_at is null then 'given without a day'
            when decided_at is null then 'given'
            when signed_at is null then 'no time'
            when decided_on_a_day and signed_at >= decided_at + to_days(1) then 'too late'
            when not decided_on_a_day and signed_at > decided_at then 'too late'
            when signed_at + to_days(signed_on_a_day::integer) > decided_at then 'same day'
            else 'given'
        end as verdict,
    from touched
    union all by name
    select change_id, 'nameless' as verdict, from nameless_at($as_of, $change_ids)
)

select
    unnest(verdict_of(judged)),
    decided_at::timestamptz as decided_at,
    signed_at::timestamptz as signed_at,
from judged
where $change_ids is not null or verdict not in ('given', 'given without a day', 'not core')
