-- title: Older copies
-- definition: Rows of which an export holds a newer copy: the same key, exported later, else updated later, else in a later
--   file (by name) or line. One that lies a day and more apart from it, or scored otherwise, has the same key but may be
--   another thing: two surveys that both count from 1. `kept_row_id` is the newest copy; `age` counts from it, 2 is the one before.
--   A row that its import leaves out (an answer to another question, a total) replaces none that counts. Only where a later
--   file, which counts no row of that key, says of the same thing, at the same instant and with the same score, that it
--   does not count, it counts no longer. Reads `repeated` (key_hash, is_counted): the keys of several rows, and whether any of
--   them counts.
-- grain: one row per older copy
-- columns: row_id bigint, reason varchar, detail varchar, kept_row_id bigint, age bigint
with again as (
    select
        valid.*,
        repeated.is_counted
    from valid
    inner join repeated using (key_hash)
),

counted as (
    select *
    from again
    where excluded_reason is null
),

taken_back as (
    select again.*
    from again
    semi join counted
        on
            again.row_identity = counted.row_identity
            and again.happened_at is not distinct from counted.happened_at
            and again.score is not distinct from counted.score
    anti join counted as beside
        on again.row_identity = beside.row_identity and again.file_number = beside.file_number
    where again.excluded_reason is not null
),

copy as (
    select
        *,
        null::varchar as thing
    from counted
    union all
    select
        *,
        null::varchar as thing
    from taken_back
    union all
    -- Of what counts nowhere, copies of one thing are copies all the same.
    select
        *,
        concat_ws(' ', happened_at, 'scored', score) as thing
    from again
    where not is_counted
),

ranked as (
    select
        row_id,
        row_number() over newest_first as age,
        first_value(row_id) over newest_first as kept_row_id,
        first_value(source_file) over newest_first as kept_file,
        first_value(source_line) over newest_first as kept_line,
        happened_at,
        first_value(happened_at) over newest_first as kept_happened_at,
        score,
        first_value(score) over newest_first as kept_score
    from copy
    window newest_first as (
        partition by row_identity, thing
        order by
            exported_at desc nulls last, updated_at desc nulls last, source_file desc, source_line desc, row_id desc
    )
)

select
    row_id::bigint as row_id,
    case
        when abs(epoch(happened_at) - epoch(kept_happened_at)) > 86400 or score <> kept_score
            then 'same id as a newer row that says otherwise'
        else 'older copy'
    end::varchar as reason,
    concat('the newest is line ', kept_line, ' of ', kept_file)::varchar as detail,
    kept_row_id::bigint as kept_row_id,
    age::bigint as age
from ranked
where age > 1
