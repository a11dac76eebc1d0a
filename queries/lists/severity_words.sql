-- title: Severity words
-- definition: Every word the exports use for a severity, the level the settings give it (NULL: none) and how many rows
--   use it.
-- grain: one row per word
-- columns: word varchar, level bigint, rows bigint
select
    word::varchar as word,
    level::bigint as level,
    "rows"::bigint as "rows",
from severity_words
order by level nulls first, "rows" desc, word
