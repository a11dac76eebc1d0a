-- title: Severity words
-- definition: Every word that exports use for the severity of an incident, the level the settings give it (NULL: none) and how
--   many readable rows use it.
-- grain: one row per word
-- columns: word varchar, level bigint, rows bigint
with used as (
    select
        coalesce(severity_word, severity_text) as word,
        severity as level
    from staged_incidents
    where problem is null
)

select
    word::varchar as word,
    level::bigint as level,
    count(*)::bigint as rows
from used
where word is not null
group by word, level
order by 3 desc, word
