-- title: The scored answers of a window, as known at an instant
-- definition: Survey answers given in [start, end) and not after as_of. `point` is +1 for a promoter (9 or 10), 0 for a
--   passive (7 or 8), -1 for a detractor (0 to 6); NPS is 100 times its mean. NULL for a score outside 0 to 10.
--   `who` is one name for all answers of an account; an answer that names none stands for itself.
-- grain: one row per answer
-- leaves out: answers without a date
-- makes: macro
-- columns: as nps_responses, point bigint, who varchar
create or replace macro nps_in("start", "end", as_of) as table
select
    *,
    case
        when score between 9 and 10 then 1
        when score between 7 and 8 then 0
        when score between 0 and 6 then -1
    end::bigint as point,
    answerer(account_id, source, response_id)::varchar as who,
from nps_responses
where responded_at >= "start" and responded_at < "end" and responded_at <= as_of
