-- title: Roadmap
-- definition: Every roadmap entry with the effect it was expected to have on time to recover, availability and repeats.
--   `states_effect` is true when it names at least one. Released after as_of counts as not released.
-- grain: one row per entry, by quarter
-- params: as_of timestamptz
-- columns: item_id varchar, title varchar, owner varchar, quarter varchar, service varchar, released_at timestamptz,
--   expected_mttr_change double, expected_availability_change double, expected_repeat_change double,
--   states_effect boolean, source varchar, source_file varchar, source_line bigint
select
    item_id::varchar as item_id,
    title::varchar as title,
    owner::varchar as owner,
    quarter::varchar as quarter,
    service::varchar as service,
    case when released_at <= $as_of then released_at end::timestamptz as released_at,
    expected_mttr_change::double as expected_mttr_change,
    expected_availability_change::double as expected_availability_change,
    expected_repeat_change::double as expected_repeat_change,
    (
        coalesce(expected_mttr_change, expected_availability_change, expected_repeat_change) is not null
    )::boolean as states_effect,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from roadmap
order by quarter, item_id
