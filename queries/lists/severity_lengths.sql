-- title: Severity words, and how long their incidents last
-- definition: For every word that the exports give as a severity: the incidents with it, and the median minutes from opening to
--   resolution of those that have both. A scale of numbers shows by it which end is worst.
-- grain: one row per word, the most frequent first
-- columns: word varchar, incidents bigint, median_minutes double
select
    severity_text::varchar as word,
    count(*)::bigint as incidents,
    median(epoch(resolved_at - opened_at) / 60) filter (where resolved_at > opened_at)::double as median_minutes,
from incidents
where severity_text is not null
group by severity_text
order by incidents desc, word
