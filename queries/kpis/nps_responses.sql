-- title: NPS answers
-- definition: Scored survey answers given in the window. NULL when no export covers the window.
-- grain: one row per window
-- unit: answers
-- better: higher
-- family: census
-- noun: the number of answers
-- short: NPS answers
-- leaves out: answers outside 0 to 10; answers without a date (wherever they belong)
-- tables: nps_responses
-- rows: rows/nps
-- adds up: count
-- params: windows windows
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}]
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, left_out_outside_0_to_10 bigint,
--   left_out_no_date bigint
with asked as (select *, from windows_of($windows, ['nps_responses'])),

counted as (
    select
        window_id,
        count(point) as answers,
        count(*) - count(point) as outside,
    from answers_in('asked')
    group by window_id
),

undated as (
    select count(*) as answers, from nps_responses where responded_at is null
)

select
    asked.window_id,
    case when asked.covered then coalesce(counted.answers, 0) end::double as value,
    coalesce(counted.answers, 0)::bigint as n,
    0::bigint as open,
    asked.partial,
    coalesce(counted.outside, 0)::bigint as left_out_outside_0_to_10,
    undated.answers::bigint as left_out_no_date,
from asked
left join counted on asked.window_id = counted.window_id
cross join undated
order by asked.window_id
