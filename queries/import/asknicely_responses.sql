-- title: AskNicely responses (JSON or CSV)
-- definition: One record per response with the names of the interface; times are Unix seconds. Only questions of type nps
--   count. Not checked against a real file.
-- source: asknicely
-- table: nps_responses
-- requires: response_id ; answer ; responded
-- optional: comment ; segment ; question_type ; company_c ; company ; account_id
-- rows: one per record
-- zone:
-- verified: unverified

select
    response_id::varchar as response_id,
    nullif(responded, '0')::varchar as responded_at,
    score_as_text(answer)::varchar as score,
    coalesce(account_id, company_c, company)::varchar as account_id,
    segment::varchar as segment,
    comment::varchar as comment,
    (case when lower(trim(question_type)) <> 'nps' then 'a ' || question_type || ' question, not NPS' end)::varchar
        as excluded_reason,
    source_line::bigint as source_line
from export
