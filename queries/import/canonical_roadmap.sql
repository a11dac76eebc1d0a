-- title: Roadmap (this project's own CSV)
-- definition: One row per roadmap entry with its expected effect; a change of -0.2 means 20 % less.
-- source: canonical
-- table: roadmap
-- requires: item_id
-- any of: quarter ; expected_mttr_change ; expected_availability_change ; expected_repeat_change
-- optional: title ; owner ; service ; released_at ; exported_at
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(item_id)::varchar as item_id,
    title::varchar as title,
    owner::varchar as owner,
    quarter::varchar as quarter,
    service::varchar as service,
    released_at::varchar as released_at,
    expected_mttr_change::varchar as expected_mttr_change,
    expected_availability_change::varchar as expected_availability_change,
    expected_repeat_change::varchar as expected_repeat_change,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
