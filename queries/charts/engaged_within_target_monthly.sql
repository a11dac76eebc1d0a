-- title: P1 engaged within the target, per month
-- definition: Share of the P1 incidents opened in each month of the organisation that were engaged within
--   $engage_minutes minutes, with its 90 % interval (low, high). Undecided ones are not in it. NULL where none is decided.
-- grain: one row per month, oldest first
-- unit: share
-- better: higher
-- table: incidents
-- rows: rows/engaged_within_target
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   engage_minutes double, time_zone varchar
-- columns: at timestamptz, value double, n bigint, open bigint, low double, high double, partial boolean
with period as (
    select * from periods_in('month', 'incidents', $start, $end, $as_of, $time_zone)
),

incident as (
    select
        opened_at,
        case
            when engage_state = 'engaged' then engage_minutes <= $engage_minutes
            when engage_state = 'waiting' and waiting_minutes > $engage_minutes then false
        end as is_in_time,
        engage_state = 'waiting' and waiting_minutes <= $engage_minutes as is_undecided,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1
),

counted as (
    select
        period.begins_at,
        count(*) filter (where incident.is_in_time) as in_time,
        count(incident.is_in_time) as decided,
        count(*) filter (where incident.is_undecided) as undecided,
    from incident
    asof inner join period on incident.opened_at >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    (counted.in_time / nullif(counted.decided, 0))::double as value,
    coalesce(counted.decided, 0)::bigint as n,
    coalesce(counted.undecided, 0)::bigint as open,
    wilson_low(counted.in_time, counted.decided)::double as low,
    wilson_high(counted.in_time, counted.decided)::double as high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
