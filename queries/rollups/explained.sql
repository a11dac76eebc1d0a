-- title: Events, with what they mean
-- definition: Every event with the meaning that the settings give to its word, and why it counts nothing: it was refused when
--   it was read, or it is later than its file was received.
-- grain: one row per event
-- columns: meaning varchar, refused varchar
select
    partial.*,
    words.meaning,
    case
        when partial.left_out is not null then partial.left_out
        when partial.at > files.received then 'clock ahead'
    end as refused,
from partial
inner join files on partial.file = files.file
left join words on partial.event = words.word
