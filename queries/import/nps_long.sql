-- title: Survey answers, one row per question (CSV)
-- definition: A list of answers in long form: the kind of question beside the answer. Rows whose question is the
--   recommendation question (its kind says NPS or recommend) are answers; rows of other questions are left out.
-- source: nps
-- table: nps_responses
-- requires: answer_id ; question ; answer ; responded_at
-- optional: account_id ; segment
-- also: answer_id = response_id | id ;
--   question = question_category | question_type | question_kind | question_name | question_text | metric ;
--   answer = answer_content | answer_value | answer_text | response | response_value | value ;
--   responded_at = answer_datetime | answer_date | answered_at | response_date | submitted_at | created_at | timestamp |
--   date ; account_id = account | customer_id | company ; segment = plan | tier
-- excludes: incident_id ; ticket_id ; nps ; score
-- holds: question = (?i)\bNPS\b|net promoter|recommend
-- rows: one per record
-- zone:
-- verified: unverified

with answers as (
    select
        *,
        regexp_matches(question, '(?i)\bNPS\b|net promoter|recommend') as is_asked
    from export
)

select
    answer_id::varchar as response_id,
    responded_at::varchar as responded_at,
    (case when is_asked then answer end)::varchar as score,
    account_id::varchar as account_id,
    segment::varchar as segment,
    (case when not coalesce(is_asked, false) then 'an answer to another question' end)::varchar as excluded_reason,
    source_line::bigint as source_line
from answers
