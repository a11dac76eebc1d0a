-- title: Core changes with SLO statement and sign-off
-- definition: Share of the changes to core services (every service where none are named) merged in the window that carried
--   an SLO impact statement and a reliability sign-off given no later than the merge. A change without a merge stamp
--   counts from its release.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: census
-- noun: the share of core changes that comply
-- short: core changes
-- leaves out: changes whose sign-off has a name but no time, when the statement is there
-- volume: change
-- tables: changes
-- rows: rows/core_changes
-- adds up: share
-- audiences: product
-- params: windows windows, services varchar[], teams varchar[], core_services varchar[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, core_services := ['checkout-api', 'payments-gateway']
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, no_statement bigint, no_sign_off bigint, left_out_sign_off_time_unknown bigint, failed varchar[]
with asked as (select *, from windows_of($windows, ['changes'])),

counted as (
    select
        window_id,
        count_if(not is_left_out) as decided,
        count_if(has_statement and has_sign_off) as compliant,
        count_if(not has_statement) as no_statement,
        count_if(not has_sign_off and not is_time_unknown) as no_sign_off,
        count_if(is_left_out) as left_out,
        list(change_id order by merged_at desc, change_id) filter (
            where not is_left_out and not (has_statement and has_sign_off)
        ) as failed,
    from core_changes_in('asked', $services, $teams, $core_services)
    group by window_id
)

select
    asked.window_id,
    (counted.compliant / nullif(counted.decided, 0))::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.compliant, 0)::double as numerator,
    coalesce(counted.decided, 0)::double as denominator,
    coalesce(counted.no_statement, 0)::bigint as no_statement,
    coalesce(counted.no_sign_off, 0)::bigint as no_sign_off,
    coalesce(counted.left_out, 0)::bigint as left_out_sign_off_time_unknown,
    coalesce(counted.failed, [])::varchar[] as failed,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
