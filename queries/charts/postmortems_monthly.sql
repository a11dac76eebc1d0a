-- title: Sev1 postmortems on time, per month
-- definition: Share of the incidents whose gravest severity ever was 1, opened in each month of the organisation, with a
--   postmortem at most $postmortem_hours hours after they were resolved. Late and missing ones count against it; `open`
--   are those not yet due. NULL where none is due.
-- grain: one row per month, oldest first
-- unit: share
-- better: higher
-- table: incidents, postmortems
-- rows: rows/postmortems
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   postmortem_hours double, time_zone varchar
-- columns: at timestamptz, value double, n bigint, open bigint, late bigint, missing bigint, low double, high double,
--   partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

sev1 as (
    select
        incident_id,
        opened_at,
        recover_state,
        resolved_at + to_microseconds(cast($postmortem_hours * 3.6e9 as bigint)) as due_at,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_highest = 1 and recover_state in ('recovered', 'open')
),

published as (
    select
        incident_id,
        min(published_at) as published_at,
    from postmortems
    where published_at <= $as_of
    group by incident_id
),

judged as (
    select
        sev1.opened_at,
        case
            when sev1.recover_state = 'open' then 'not due'
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
        period.begins_at,
        count(*) filter (where judged.outcome = 'on time') as on_time,
        count(*) filter (where judged.outcome = 'late') as late,
        count(*) filter (where judged.outcome = 'missing') as missing,
        count(*) filter (where judged.outcome = 'not due') as not_due,
        count(*) filter (where judged.outcome <> 'not due') as decided,
    from judged
    asof inner join period on judged.opened_at >= period.begins_at
    group by period.begins_at
),

known as (
    select min(first_at) as first_at, from fact_coverage where table_name = 'postmortems'
)

select
    period.begins_at::timestamptz as at,
    case when known.first_at < period.ends_at then counted.on_time / nullif(counted.decided, 0) end::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    coalesce(counted.not_due, 0)::bigint as open,
    coalesce(counted.late, 0)::bigint as late,
    coalesce(counted.missing, 0)::bigint as missing,
    case when known.first_at < period.ends_at then wilson_low(counted.on_time, counted.decided) end::double as low,
    case when known.first_at < period.ends_at then wilson_high(counted.on_time, counted.decided) end::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
cross join known
order by period.begins_at
