-- title: How common words are
-- definition: In how many incidents each of the words stands, over the whole history.
-- grain: one row per word
-- params: words varchar[]
-- columns: word varchar, incidents bigint
select
    word::varchar as word,
    incidents::bigint as incidents,
from word
where list_contains($words, word)
