-- title: The changes to core services of each window
-- definition: One row for each change to a core service (every service where none are named) and the window it was merged in,
--   by its as_of: whether it carried an SLO impact statement and a reliability sign-off given no later than the merge. A
--   change without a merge stamp counts from its release. `is_left_out` where the statement is there and the sign-off has a
--   name but no time, or both are of one day and one is known to the day only. `windows` names a CTE made by windows_of.
-- grain: one row per window and change
-- makes: macro
-- columns: window_id bigint, change_id varchar, merged_at timestamptz, has_statement boolean, has_sign_off boolean,
--   is_time_unknown boolean, is_left_out boolean
create or replace macro core_changes_in(windows, services, teams, core_services) as table
with stamped as (
    select
        *,
        coalesce(merged_at, released_at) as decided_at,
        coalesce(list_contains(day_only, 'reliability_signoff_at'), false)::integer as sign_off_days,
        coalesce(list_contains(day_only, if(merged_at is null, 'released_at', 'merged_at')), false)::integer
            as decided_days,
    from changes
),

change as (
    select
        change_id,
        service,
        team,
        decided_at as merged_at,
        nullif(trim(slo_impact_statement), '') is not null as has_statement,
        coalesce(reliability_signoff_at + to_days(sign_off_days) <= decided_at, false) as has_sign_off,
        case
            when reliability_signoff_at is null then nullif(trim(reliability_signoff_by), '') is not null
            else
                reliability_signoff_at + to_days(sign_off_days) > decided_at
                and reliability_signoff_at <= decided_at + to_days(decided_days)
        end as is_time_unknown,
    from stamped
)

select
    asked.window_id,
    change.change_id,
    change.merged_at,
    change.has_statement,
    change.has_sign_off,
    change.is_time_unknown,
    change.has_statement and change.is_time_unknown as is_left_out,
from query_table(windows) as asked
inner join change on asked.starts_at <= change.merged_at and asked.ends_at > change.merged_at
where
    change.merged_at <= asked.as_of
    and accepts_any(core_services, change.service)
    and accepts_any(services, change.service)
    and accepts(teams, change.team)
