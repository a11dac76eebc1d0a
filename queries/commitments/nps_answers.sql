-- title: Answers of a promise's window
-- definition: Scores of the survey answers given in the window and the account of each, NULL where it is not known.
-- grain: one row: two lists of one length
-- params: start timestamptz, end timestamptz, as_of timestamptz
-- columns: scores bigint[], accounts varchar[]
select
    coalesce(list(score order by responded_at, source, response_id), [])::bigint[] as scores,
    coalesce(list(account_id order by responded_at, source, response_id), [])::varchar[] as accounts,
from nps_in($start, $end, $as_of)
