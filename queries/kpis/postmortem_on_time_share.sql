-- title: Sev1 postmortems on time
-- definition: Share of incidents whose gravest severity ever was 1, opened in the window, with a postmortem published at
--   most $postmortem_hours hours after they were resolved. Late and missing ones count against it; `open` are those whose
--   incident still runs or whose time is not up. A later downgrade does not remove the duty. Blameless is only known where
--   the postmortem says so. NULL when no postmortem at all is known by the end of the window.
-- grain: one row per window
-- unit: share
-- better: higher
-- family: census
-- noun: the share of postmortems on time
-- short: postmortems
-- leaves out: incidents closed without a resolve time; resolved before they began
-- tables: incidents, postmortems
-- rows: rows/postmortems
-- adds up: share
-- covered by: incidents, postmortems
-- card: 7 Postmortems within {postmortem}
-- audiences: product
-- work card: 2 Postmortems within {postmortem}
-- duty: clock
-- by severity: yes
-- params: windows windows, services varchar[], teams varchar[], postmortem_hours double
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, postmortem_hours := 72
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, numerator double, denominator
--   double, late bigint, missing bigint, not_due bigint, still_open bigint, not_blameless bigint,
--   blameless_not_attested bigint, left_out_no_resolve_time bigint, left_out_reversed_times bigint, failed varchar[]
with asked as (select *, from windows_of($windows, ['incidents'])),

counted as (
    select
        window_id,
        count_if(outcome = 'on time') as on_time,
        count_if(outcome = 'late') as late,
        count_if(outcome = 'missing') as missing,
        count_if(outcome = 'not due') as not_due,
        count_if(outcome = 'still open') as still_open,
        count_if(outcome in ('on time', 'late', 'missing')) as decided,
        count_if(published_at is not null and is_blameless = false) as not_blameless,
        count_if(published_at is not null and is_blameless is null) as blameless_not_attested,
        count_if(state = 'no resolve time') as no_resolve_time,
        count_if(state = 'reversed times') as reversed_times,
        list(incident_id order by opened_at desc, incident_id) filter (where outcome in ('late', 'missing')) as failed,
    from postmortems_due_in('asked', $services, $teams, $postmortem_hours)
    group by window_id
),

-- Until the first postmortem of all nobody can say that one is missing.
known as (
    select min(first_at) as first_at, from fact_coverage where table_name = 'postmortems'
)

select
    asked.window_id,
    case
        when known.first_at < asked.ends_at and known.first_at <= asked.as_of
            then counted.on_time / nullif(counted.decided, 0)
    end::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    coalesce(counted.not_due + counted.still_open, 0)::bigint as open,
    asked.partial,
    coalesce(counted.on_time, 0)::double as numerator,
    coalesce(counted.decided, 0)::double as denominator,
    coalesce(counted.late, 0)::bigint as late,
    coalesce(counted.missing, 0)::bigint as missing,
    coalesce(counted.not_due, 0)::bigint as not_due,
    coalesce(counted.still_open, 0)::bigint as still_open,
    coalesce(counted.not_blameless, 0)::bigint as not_blameless,
    coalesce(counted.blameless_not_attested, 0)::bigint as blameless_not_attested,
    coalesce(counted.no_resolve_time, 0)::bigint as left_out_no_resolve_time,
    coalesce(counted.reversed_times, 0)::bigint as left_out_reversed_times,
    coalesce(counted.failed, [])::varchar[] as failed,
from asked
left join counted on asked.window_id = counted.window_id
cross join known
order by asked.window_id
