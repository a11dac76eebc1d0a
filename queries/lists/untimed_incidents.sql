-- title: Incidents without a length, by file
-- definition: Incidents whose own times say that they were over before they began, or in the moment they began: they
--   count, but in no duration.
-- grain: one row per file that has any
-- columns: file varchar, reversed bigint, zero_length bigint
select
    source_file::varchar as file,
    count(*) filter (where recover_state = 'reversed times')::bigint as reversed,
    count(*) filter (where recover_state = 'zero length')::bigint as zero_length,
from fact_incidents
where recover_state in ('reversed times', 'zero length')
group by source_file
order by file
