-- title: Severity words
-- definition: Every word that exports use for the severity of an incident, the level the settings give it (NULL: none), the
--   kind of row that it names instead (such as maintenance; NULL: none) and how many readable rows use it.
-- grain: one row per word
-- columns: word varchar, level bigint, kind varchar, rows bigint
with used as (
    select
        coalesce(severity_word, severity_text) as word,
        severity as level
    from staged_incidents
    where problem is null
)

select
    used.word::varchar as word,
    used.level::bigint as level,
    severity_levels.kind::varchar as kind,
    count(*)::bigint as rows
from used
left join severity_levels on used.word = severity_levels.word
where used.word is not null
group by used.word, used.level, severity_levels.kind
order by 4 desc, 1
