-- title: Instants of a log's rows
-- definition: Where a time names no offset, the offset of the log's zone on that day is taken off. In the hour that a
--   changed clock shows twice, and in the one that it leaves out, nobody can say which instant is meant.
-- grain: one row per row of the log
-- columns: at bigint, time_problem varchar
select
    logs.*,
    case
        when not logs.is_local or days.day is null then logs.at_written
        when logs.at_written < days.changes_from then logs.at_written - days.offset_before
        when logs.at_written >= days.changes_until then logs.at_written - days.offset_after
    end as at,
    case
        when logs.at_written is null then 'no readable time'
        when logs.is_local and logs.at_written >= days.changes_from and logs.at_written < days.changes_until
            then
                case
                    when days.is_repeated then 'a local time that happens twice'
                    else 'a local time that never happens'
                end
    end as time_problem,
from logs
left join local_days as days on logs.is_local and logs.at_written // 86400 = days.day
