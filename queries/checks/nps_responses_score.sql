-- title: A score is 0 to 10
-- definition: Answers to the recommendation question lie between 0 and 10; anything else is another question or a slip.
-- grain: one row per row to set aside
-- table: nps_responses
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'score outside 0-10'::varchar as reason,
    score::varchar as detail
from staged_nps_responses
where score not between 0 and 10
