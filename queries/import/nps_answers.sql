-- title: NPS answers (CSV with a column nps)
-- definition: Any list of answers with a column called nps and an id of the answer or the respondent. The
--   date, the comment, the account and the segment are optional: answers without dates count in the total
--   but in no quarter. Blank scores are no answers.
-- source: nps
-- table: nps_responses
-- requires: nps
-- any of: id ; response_id ; respondent_id
-- optional: responded_at ;
--   comment ; comments ; feedback ; reason ; verbatim ; explication ; account_id ; account ; customer_id ;
--   company ; segment ; plan ; tier
-- excludes: incident_id ; opened_at ; started_at ; ticket_id ; survey_type ; ResponseId
-- also: responded_at = response_date | answered_at | submitted_at | completed_at | created_at | date | timestamp
-- date: responded_at
-- rows: one per record
-- zone:
-- verified: real file

select
    coalesce(
        id, response_id,
        -- A respondent who is known by an e-mail address stays apart from the others, but is not named.
        case when contains(respondent_id, '@') then md5(lower(trim(respondent_id))) else respondent_id end
    )::varchar as response_id,
    responded_at::varchar as responded_at,
    score_as_text(nps)::varchar as score,
    coalesce(account_id, account, customer_id, company)::varchar as account_id,
    coalesce(segment, plan, tier)::varchar as segment,
    coalesce(comment, comments, feedback, reason, verbatim, explication)::varchar as comment,
    source_line::bigint as source_line
from export
