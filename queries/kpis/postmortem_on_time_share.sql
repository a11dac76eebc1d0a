-- title: Sev1 postmortems on time
-- definition: Share of incidents whose gravest severity ever was 1, opened in the window, with a postmortem published at
--   most $postmortem_hours hours after they were resolved. Late and missing ones count against it; `open` are those whose
--   incident still runs or whose time is not up. A later downgrade does not remove the duty. Blameless is only known where
--   the postmortem says so. NULL when no postmortem at all is known by the end of the window.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: incidents closed without a resolve time; resolved before they began
-- table: incidents, postmortems
-- rows: rows/postmortems
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   postmortem_hours double
-- columns: value double, n bigint, open bigint, numerator double, denominator double, late bigint, missing bigint,
--   not_due bigint, still_open bigint, not_blameless bigint, blameless_not_attested bigint,
--   left_out_no_resolve_time bigint, left_out_reversed_times bigint
with sev1 as (
    select
        incident_id,
        recover_state,
        resolved_at + to_microseconds(cast($postmortem_hours * 3.6e9 as bigint)) as due_at,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_highest = 1
),

published as (
    select
        incident_id,
        min(published_at) as published_at,
        bool_and(blameless) as is_blameless,
    from postmortems
    where published_at <= $as_of
    group by incident_id
),

judged as (
    select
        sev1.recover_state,
        published.published_at is not null as is_published,
        published.is_blameless,
        case
            when sev1.recover_state in ('no resolve time', 'reversed times') then 'left out'
            when sev1.recover_state = 'open' then 'still open'
            when published.published_at <= sev1.due_at then 'on time'
            when published.published_at > sev1.due_at then 'late'
            when sev1.due_at < $as_of then 'missing'
            else 'not due'
        end as outcome,
    from sev1
    left join published on sev1.incident_id = published.incident_id
),

counted as (
    select
        count(*) filter (where outcome = 'on time') as on_time,
        count(*) filter (where outcome = 'late') as late,
        count(*) filter (where outcome = 'missing') as missing,
        count(*) filter (where outcome = 'not due') as not_due,
        count(*) filter (where outcome = 'still open') as still_open,
        count(*) filter (where is_published and is_blameless = false) as not_blameless,
        count(*) filter (where is_published and is_blameless is null) as blameless_not_attested,
        count(*) filter (where recover_state = 'no resolve time') as no_resolve_time,
        count(*) filter (where recover_state = 'reversed times') as reversed_times,
    from judged
),

known as (
    select coalesce(min(first_at) < $end and min(first_at) <= $as_of, false) as is_known,
    from fact_coverage
    where table_name = 'postmortems'
)

select
    case when known.is_known then on_time / nullif(on_time + late + missing, 0) end::double as value,
    (on_time + late + missing)::bigint as n,
    (not_due + still_open)::bigint as open,
    on_time::double as numerator,
    (on_time + late + missing)::double as denominator,
    late::bigint as late,
    missing::bigint as missing,
    not_due::bigint as not_due,
    still_open::bigint as still_open,
    not_blameless::bigint as not_blameless,
    blameless_not_attested::bigint as blameless_not_attested,
    no_resolve_time::bigint as left_out_no_resolve_time,
    reversed_times::bigint as left_out_reversed_times,
from counted
cross join known
