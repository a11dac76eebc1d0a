-- title: What became of each record since
-- definition: Every record of a canonical table, as it was then (`then_rows`) and as it is now (`now_rows`), by its key:
--   "late" is in no export of then, "gone" in none of now, "both" counts in both. One that then was read but did not count
--   ("taken up"), or is read now but does not count any more ("left out"), is a record that was changed. `then_left` and
--   `now_left` are the keys of rows that were read and left out.
-- grain: one row per record
-- columns: identity varchar, class varchar, is_changed boolean, is_reclassified boolean
select
    coalesce(then_rows.identity, now_rows.identity)::varchar as identity,
    case
        when then_rows.identity is not null and now_rows.identity is not null then 'both'
        when then_rows.identity is null and then_left.row_key is not null then 'taken up'
        when then_rows.identity is null then 'late'
        when now_left.row_key is not null then 'left out'
        else 'gone'
    end::varchar as class,
    (
        then_rows.identity is not null
        and now_rows.identity is not null
        and then_rows.said is distinct from now_rows.said
    )::boolean as is_changed,
    (
        then_rows.identity is not null
        and now_rows.identity is not null
        and then_rows.levels is distinct from now_rows.levels
    )::boolean as is_reclassified
from then_rows
full join now_rows on then_rows.identity = now_rows.identity
left join (select distinct row_key, source from then_left) as then_left
    on now_rows.row_key = then_left.row_key and now_rows.from_tool = then_left.source
left join (select distinct row_key, source from now_left) as now_left
    on then_rows.row_key = now_left.row_key and then_rows.from_tool = now_left.source
