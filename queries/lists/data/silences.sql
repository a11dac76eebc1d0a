-- title: Silences that are too long
-- definition: Where a tool that normally speaks was silent for too long: a gap, or quiet where somebody says that nothing happened.
-- grain: one row per table, tool and silence, the newest first
-- columns: table_name varchar, source varchar, starts_at timestamptz, ends_at timestamptz, after_file varchar,
--   before_file varchar, is_quiet boolean
select
    table_name::varchar as table_name,
    source::varchar as source,
    starts_at::timestamptz as starts_at,
    ends_at::timestamptz as ends_at,
    after_file::varchar as after_file,
    before_file::varchar as before_file,
    is_quiet::boolean as is_quiet,
from fact_silences
order by starts_at desc, table_name, source
