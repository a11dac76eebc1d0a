-- title: Counts of actions are not negative
-- definition: A postmortem has 0 or more actions, of which 0 or more are done.
-- grain: one row per row to set aside
-- table: postmortems
-- columns: row_id bigint, reason varchar, detail varchar
select
    row_id::bigint as row_id,
    'a negative count of actions'::varchar as reason,
    concat(actions_done, ' of ', actions_total)::varchar as detail
from staged_postmortems
where actions_total < 0 or actions_done < 0
