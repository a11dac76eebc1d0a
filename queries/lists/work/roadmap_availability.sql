-- title: Roadmap: requests per day before and after each release
-- definition: Good and valid requests of the core services' endpoints (every endpoint where no core services are named)
--   per day since an entry's release, 90 days at most, and as long before. Days are counted in steps of 24 hours from the
--   release: -1 is the last one before. An interval that the release cuts is left out.
-- grain: one row per released entry and day
-- params: as_of timestamptz, core_services varchar[]
-- columns: item_id varchar, side varchar, day bigint, good double, total double
with measured as (
    select
        span.item_id,
        span.released_at,
        floor(minutes_between(span.released_at, availability.interval_start) / 1440) as day,
        availability.good,
        availability.total,
    from releases_at($as_of) as span
    inner join availability
        on
            availability.interval_start >= span.before_start
            and availability.interval_end <= span.after_end
            and (availability.interval_start >= span.released_at or availability.interval_end <= span.released_at)
    where
        availability.total > 0
        and availability.good between 0 and availability.total
        and accepts($core_services, availability.service)
)

select
    item_id::varchar as item_id,
    if(day < 0, 'before', 'after')::varchar as side,
    day::bigint as day,
    sum(good)::double as good,
    sum(total)::double as total,
from measured
group by item_id, day
order by item_id, day
