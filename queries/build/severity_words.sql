-- title: Severity words
-- definition: Every word that exports use for the severity of an incident, the level the settings give it (NULL: none) and how
--   many readable rows use it.
-- grain: one row per word
-- columns: word varchar, level bigint, rows bigint
select
    staged_incidents.severity::varchar as word,
    severity_levels.level::bigint as level,
    count(*)::bigint as rows
from staged_incidents
left join severity_levels on severity_levels.word = staged_incidents.severity
where staged_incidents.problem is null and staged_incidents.severity is not null
group by staged_incidents.severity, severity_levels.level
order by 3 desc, word
