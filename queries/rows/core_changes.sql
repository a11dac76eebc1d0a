-- title: The changes behind: core changes with SLO statement and sign-off
-- definition: Every change to a core service merged in the window: 1 with an SLO impact statement and a reliability
--   sign-off no later than the merge, else 0; `missing` says what it lacked.
-- grain: one row per change, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[], limit bigint
-- columns: change_id varchar, title varchar, kind varchar, service varchar, team varchar, merged_at timestamptz,
--   slo_impact_statement varchar, reliability_signoff_by varchar, reliability_signoff_at timestamptz, missing varchar,
--   contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with change as (
    select
        * replace (
            coalesce(merged_at, released_at) as merged_at,
            nullif(trim(slo_impact_statement), '') as slo_impact_statement,
            nullif(trim(reliability_signoff_by), '') as reliability_signoff_by
        ),
        -- The last instants at which the sign-off and the merge may have been.
        reliability_signoff_at
        + to_days(coalesce(list_contains(day_only, 'reliability_signoff_at'), false)::integer) as signed_by_then,
        coalesce(merged_at, released_at)
        + to_days(
            coalesce(list_contains(day_only, if(merged_at is null, 'released_at', 'merged_at')), false)::integer
        ) as merged_by_then,
    from changes
    where
        coalesce(merged_at, released_at) >= $start
        and coalesce(merged_at, released_at) < $end
        and coalesce(merged_at, released_at) <= $as_of
        and accepts_any($core_services, service)
        and accepts_any($services, service)
        and accepts($teams, team)
),

stated as (
    select
        *,
        case when slo_impact_statement is null then 'SLO impact statement' end as missing_statement,
        case
            when signed_by_then <= merged_at then null
            when reliability_signoff_at > merged_by_then then 'sign-off before the merge'
            when coalesce(reliability_signoff_by, reliability_signoff_at::varchar) is not null
                then 'time of the sign-off'
            else 'reliability sign-off'
        end as missing_sign_off,
    from change
),

judged as (
    select
        *,
        missing_statement is null and coalesce(missing_sign_off = 'time of the sign-off', false) as is_left_out,
    from stated
)

select
    change_id::varchar as change_id,
    title::varchar as title,
    kind::varchar as kind,
    service::varchar as service,
    team::varchar as team,
    merged_at::timestamptz as merged_at,
    slo_impact_statement::varchar as slo_impact_statement,
    reliability_signoff_by::varchar as reliability_signoff_by,
    reliability_signoff_at::timestamptz as reliability_signoff_at,
    nullif(concat_ws(', ', missing_statement, missing_sign_off), '')::varchar as missing,
    case
        when not is_left_out then (missing_statement is null and missing_sign_off is null)::bigint
    end::double as contributes,
    case when is_left_out then 'sign off time unknown' end::varchar as left_out,
    unnest(source_of(judged)),
from judged
order by merged_at desc, change_id
limit $limit
