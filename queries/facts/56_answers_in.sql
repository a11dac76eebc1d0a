-- title: The scored answers of each window
-- definition: One row for each survey answer and window it was given in, and not after the window's as_of. `point` is +1 for
--   a promoter (9 or 10), 0 for a passive (7 or 8), -1 for a detractor (0 to 6), NULL for a score outside 0 to 10. `who` is
--   one name for all answers of an account. `windows` names a CTE made by windows_of.
-- grain: one row per window and answer
-- leaves out: answers without a date
-- makes: macro
-- columns: window_id bigint, point bigint, who varchar
create or replace macro answers_in(windows) as table
select
    asked.window_id,
    case
        when answer.score between 9 and 10 then 1
        when answer.score between 7 and 8 then 0
        when answer.score between 0 and 6 then -1
    end::bigint as point,
    answerer(answer.account_id, answer.source, answer.response_id) as who,
from query_table(windows) as asked
inner join nps_responses as answer
    on asked.starts_at <= answer.responded_at and asked.ends_at > answer.responded_at
where answer.responded_at <= asked.as_of
