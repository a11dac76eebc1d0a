-- title: Severity words
-- definition: Every word the exports use for a severity, the level the settings give it (NULL: none), the kind of row that it
--   names instead of one (such as maintenance; NULL: none) and how many rows use it. Words that name neither come first.
-- grain: one row per word
-- columns: word varchar, level bigint, kind varchar, rows bigint
select
    word::varchar as word,
    level::bigint as level,
    kind::varchar as kind,
    "rows"::bigint as "rows",
from severity_words
order by kind is not null, level nulls first, "rows" desc, word
