-- title: Roadmap: what was promised, and the days to compare
-- definition: Every roadmap entry with the effect it was expected to have on time to recover, availability and repeats,
--   and the two stretches that show what came of it: from its release to as_of, 90 days at most, and as long before.
--   Released after as_of counts as not released. `incidents_covered` and `repeats_covered`: the exports vouch for the
--   whole stretch before. `states_effect` is true when it names at least one effect.
-- grain: one row per entry, by quarter
-- params: as_of timestamptz, services varchar[]
-- columns: item_id varchar, title varchar, quarter varchar, service varchar, released_at timestamptz,
--   before_start timestamptz, after_end timestamptz, days double, expected_mttr_change double,
--   expected_availability_change double, expected_repeat_change double, states_effect boolean,
--   incidents_covered boolean, repeats_covered boolean, source varchar, source_file varchar, source_line bigint
with coverage as (
    select
        min(first_at) filter (where table_name = 'incidents') as incidents_from,
        max(first_at) filter (where table_name in ('repeats', 'escalations')) as repeats_from,
        count(*) filter (where table_name in ('repeats', 'escalations') and first_at is not null) as repeats_tables,
    from fact_coverage
)

select
    span.item_id::varchar as item_id,
    span.title::varchar as title,
    span.quarter::varchar as quarter,
    span.service::varchar as service,
    span.released_at::timestamptz as released_at,
    span.before_start::timestamptz as before_start,
    span.after_end::timestamptz as after_end,
    (minutes_between(span.released_at, span.after_end) / 1440)::double as days,
    span.expected_mttr_change::double as expected_mttr_change,
    span.expected_availability_change::double as expected_availability_change,
    span.expected_repeat_change::double as expected_repeat_change,
    (
        coalesce(span.expected_mttr_change, span.expected_availability_change, span.expected_repeat_change) is not null
    )::boolean as states_effect,
    coalesce(coverage.incidents_from <= span.before_start, false)::boolean as incidents_covered,
    coalesce(coverage.repeats_tables = 2 and coverage.repeats_from <= span.before_start, false)::boolean
        as repeats_covered,
    span.source::varchar as source,
    span.source_file::varchar as source_file,
    span.source_line::bigint as source_line,
from releases_at($as_of) as span
cross join coverage
where accepts($services, span.service)
order by quarter, item_id
