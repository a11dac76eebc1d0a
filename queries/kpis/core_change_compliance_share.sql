-- title: Core changes with SLO statement and sign-off
-- definition: Share of the changes to core services (every service where none are named) merged in the window that carried
--   an SLO impact statement and a reliability sign-off given no later than the merge. A change without a merge stamp
--   counts from its release.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: changes whose sign-off has a name but no time, when the statement is there
-- table: changes
-- rows: rows/core_changes
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   core_services varchar[]
-- columns: value double, n bigint, open bigint, numerator double, denominator double, no_statement bigint,
--   no_sign_off bigint, left_out_sign_off_time_unknown bigint
with change as (
    select
        coalesce(merged_at, released_at) as merged_at,
        nullif(trim(slo_impact_statement), '') is not null as has_statement,
        reliability_signoff_at,
        reliability_signoff_at is null and nullif(trim(reliability_signoff_by), '') is not null as is_time_unknown,
    from changes
    where
        coalesce(merged_at, released_at) >= $start
        and coalesce(merged_at, released_at) < $end
        and coalesce(merged_at, released_at) <= $as_of
        and accepts_any($core_services, service)
        and accepts_any($services, service)
        and accepts($teams, team)
),

judged as (
    select
        has_statement,
        is_time_unknown,
        coalesce(reliability_signoff_at <= merged_at, false) as has_sign_off,
        has_statement and is_time_unknown as is_left_out,
    from change
),

counted as (
    select
        count(*) filter (where not is_left_out) as decided,
        count(*) filter (where has_statement and has_sign_off) as compliant,
        count(*) filter (where not has_statement) as no_statement,
        count(*) filter (where not has_sign_off and not is_time_unknown) as no_sign_off,
        count(*) filter (where is_left_out) as left_out,
    from judged
)

select
    (compliant / nullif(decided, 0))::double as value,
    decided::bigint as n,
    0::bigint as open,
    compliant::double as numerator,
    decided::double as denominator,
    no_statement::bigint as no_statement,
    no_sign_off::bigint as no_sign_off,
    left_out::bigint as left_out_sign_off_time_unknown,
from counted
