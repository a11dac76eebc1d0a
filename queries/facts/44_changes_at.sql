-- title: The changes that ask to ship, as known at an instant
-- definition: With NULL as change_ids the planned ones: not released by as_of, and either not merged or planned for later.
--   Else the named ones, whatever became of them. What happened after as_of is not seen. `touches` are the services a
--   change touches (several may be listed with commas or semicolons), `statement_services` those its SLO impact statement
--   is about. `signed_on_a_day` where the sign-off is known to the day only, `decided_on_a_day` where the merge (else the
--   release) is. `ships_at` is when it goes out: its release, else its planned date while that lies ahead, else as_of;
--   `ships_on_a_day` where of that only the day is known.
-- grain: one row per change
-- makes: macro
-- columns: change_id varchar, title varchar, kind varchar, service varchar, touches varchar[], team varchar,
--   release varchar, requested_at timestamptz, planned_for timestamptz, merged_at timestamptz, released_at timestamptz,
--   ships_at timestamptz, statement varchar, statement_services varchar[], signed_by varchar, signed_at timestamptz,
--   signed_on_a_day boolean, decided_on_a_day boolean, ships_on_a_day boolean, essential boolean, source varchar,
--   source_file varchar, source_line bigint
create or replace macro changes_at(as_of, change_ids) as table
with seen as (
    select
        change_id,
        title,
        lower(trim(kind)) as kind,
        service,
        list_filter(regexp_split_to_array(trim(service), '\s*[,;]\s*'), lambda name: name <> '') as touches,
        team,
        "release",
        requested_at,
        planned_for,
        case when merged_at <= as_of then merged_at end as merged_at,
        case when released_at <= as_of then released_at end as released_at,
        nullif(trim(slo_impact_statement), '') as statement,
        list_filter(regexp_split_to_array(trim(slo_impact_service), '\s*[,;]\s*'), lambda name: name <> '')
            as statement_services,
        case when coalesce(reliability_signoff_at <= as_of, true) then nullif(trim(reliability_signoff_by), '') end
            as signed_by,
        case when reliability_signoff_at <= as_of then reliability_signoff_at end as signed_at,
        coalesce(list_contains(day_only, 'reliability_signoff_at'), false) as signed_on_a_day,
        coalesce(list_contains(day_only, if(merged_at is null, 'released_at', 'merged_at')), false)
            as decided_on_a_day,
        coalesce(
            if(
                released_at <= as_of,
                list_contains(day_only, 'released_at'),
                list_contains(day_only, 'planned_for') and planned_for + to_days(1) > as_of
            ),
            false
        ) as ships_on_a_day,
        essential,
        source,
        source_file,
        source_line,
    from changes
)

select
    change_id::varchar as change_id,
    title::varchar as title,
    kind::varchar as kind,
    service::varchar as service,
    coalesce(touches, [])::varchar[] as touches,
    team::varchar as team,
    "release"::varchar as "release",
    requested_at::timestamptz as requested_at,
    planned_for::timestamptz as planned_for,
    merged_at::timestamptz as merged_at,
    released_at::timestamptz as released_at,
    coalesce(released_at, greatest(planned_for, as_of), as_of)::timestamptz as ships_at,
    statement::varchar as statement,
    coalesce(statement_services, [])::varchar[] as statement_services,
    signed_by::varchar as signed_by,
    signed_at::timestamptz as signed_at,
    signed_on_a_day::boolean as signed_on_a_day,
    decided_on_a_day::boolean as decided_on_a_day,
    ships_on_a_day::boolean as ships_on_a_day,
    essential::boolean as essential,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from seen
where
    (
        cast(change_ids as varchar[]) is null
        and released_at is null
        and (merged_at is null or coalesce(planned_for > as_of, false))
    )
    or change_id in (select unnest(cast(change_ids as varchar[])))
