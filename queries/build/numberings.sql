-- title: Numbers that begin anew
-- definition: Pairs of files of one source that both count their rows: 1, 2, 3. Where most numbers that both have stand for rows a day
--   and more apart, or scored otherwise, each file counts for itself, and its 1 is not the other's. A later export of the
--   same rows says the same of most; one that numbers the same rows anew has them under other numbers, and replaces.
--   Only the first 50 numbers of a file are compared.
-- grain: one row per pair of such files of which most numbers tell
-- columns: source varchar, file_number bigint, other_number bigint, begins_anew boolean
with counting as (
    select file_number
    from staged
    group by file_number
    having
        count(running_number(row_key)) >= 0.8 * count(*)
        and max(running_number(row_key)) - min(running_number(row_key))
        < 2 * count(distinct running_number(row_key))
        and (min(running_number(row_key)) <= 1 or count(distinct running_number(row_key)) > 2)
),

numbered as (
    select
        source,
        file_number,
        running_number(row_key) as number,
        min(happened_at) as happened_at,
        min(title) as title,
        min(score) as score
    from staged
    semi join counting using (file_number)
    where running_number(row_key) is not null
    group by source, file_number, number
    qualify row_number() over (partition by source, file_number order by number) <= 50
),

size as (
    select
        source,
        file_number,
        count(*) as numbers
    from numbered
    group by source, file_number
),

pair as (
    select
        one.source,
        one.file_number,
        other.file_number as other_number,
        count(*) as shared,
        count(*) filter (
            where abs(epoch(one.happened_at) - epoch(other.happened_at)) > 86400 or one.score <> other.score
        ) as apart
    from numbered as one
    inner join numbered as other
        on one.source = other.source and one.number = other.number and one.file_number < other.file_number
    group by one.source, one.file_number, other.file_number
),

-- The same row under any number.
same_row as (
    select
        one.source,
        one.file_number,
        other.file_number as other_number,
        count(distinct one.number) as rows_again
    from numbered as one
    inner join numbered as other
        on one.source = other.source
        and one.happened_at = other.happened_at
        and one.title is not distinct from other.title
        and one.score is not distinct from other.score
        and one.file_number < other.file_number
    group by one.source, one.file_number, other.file_number
)

select
    pair.source::varchar as source,
    pair.file_number::bigint as file_number,
    pair.other_number::bigint as other_number,
    (pair.apart * 2 > pair.shared)::boolean as begins_anew
from pair
inner join size as one on pair.source = one.source and pair.file_number = one.file_number
inner join size as other on pair.source = other.source and pair.other_number = other.file_number
left join same_row
    on pair.source = same_row.source
    and pair.file_number = same_row.file_number
    and pair.other_number = same_row.other_number
where
    pair.apart * 2 <= pair.shared
    or (
        pair.shared * 2 >= least(one.numbers, other.numbers)
        and coalesce(same_row.rows_again, 0) * 2 < least(one.numbers, other.numbers)
    )
order by source, file_number, other_number
