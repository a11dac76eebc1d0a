-- title: Repeat incidents per month
-- definition: Repeat incidents by the month of the organisation they opened in, and their share of the incidents of
--   the month with its 90 % interval (share_low, share_high), of tools that ever name a repeat. NULL where no export
--   covers the month.
-- grain: one row per month, oldest first, also where nothing happened
-- unit: incidents
-- better: lower
-- table: incidents
-- rows: rows/repeats
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], time_zone varchar
-- columns: at timestamptz, value double, n bigint, share double, share_low double, share_high double, partial boolean
with period as (
    select * from periods_in('month', 'repeats', $start, $end, $as_of, $time_zone)
),

by_quarter_hour as (
    -- Periods begin on whole quarters of an hour in every zone: far fewer rows to place than incidents.
    select
        make_timestamptz(epoch_us(opened_at) // 900000000 * 900000000) as quarter_hour,
        count(*) filter (where is_repeat) as repeats,
        count(*) filter (where tells_repeats) as told,
    from incidents_in($start, $end, $as_of, $services, $teams)
    group by quarter_hour
),

counted as (
    select
        period.begins_at,
        sum(by_quarter_hour.repeats) as repeats,
        sum(by_quarter_hour.told) as told,
    from by_quarter_hour
    asof inner join period on by_quarter_hour.quarter_hour >= period.begins_at
    group by period.begins_at
)

select
    period.begins_at::timestamptz as at,
    case when period.covered and coalesce(counted.told, 1) > 0 then coalesce(counted.repeats, 0) end::double as value,
    coalesce(counted.told, 0)::bigint as n,
    case when period.covered then counted.repeats / nullif(counted.told, 0) end::double as share,
    case when period.covered then wilson_low(counted.repeats, counted.told) end::double as share_low,
    case when period.covered then wilson_high(counted.repeats, counted.told) end::double as share_high,
    period.partial::boolean as partial,
from period
left join counted on period.begins_at = counted.begins_at
order by period.begins_at
