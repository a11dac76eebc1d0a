-- title: Examples of rows left out
-- definition: The first rows of every reason for which rows are not counted, with the value at fault.
-- grain: one row per row left out, at most `limit` per reason
-- params: limit bigint
-- columns: line bigint, disposition varchar, reason varchar, detail varchar
select
    source_line::bigint as line,
    disposition::varchar as disposition,
    reason::varchar as reason,
    detail::varchar as detail,
from left_out
qualify
    row_number() over (partition by disposition, reason order by source_line)
    <= coalesce($limit::bigint, 9223372036854775807)
order by line
