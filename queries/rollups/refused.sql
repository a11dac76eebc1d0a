-- title: Rows of a log that count nothing, whatever they say
-- definition: A line or a time that cannot be read, and a time that only a wrong clock can have written: before $earliest, or
--   later than the row was received.
-- grain: one row per row of the log
-- params: earliest bigint, ahead_seconds bigint
-- columns: refused varchar
select
    logs.*,
    case
        when logs.is_broken then 'unreadable line'
        when logs.time_problem is not null then logs.time_problem
        when logs.at < $earliest then 'clock behind'
        when logs.at > logs.received + $ahead_seconds then 'clock ahead'
    end as refused,
from logs
