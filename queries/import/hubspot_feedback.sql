-- title: HubSpot feedback submissions (JSON of the interface)
-- definition: One object per feedback submission, its fields inside "properties". Only surveys of type NPS count.
-- source: hubspot
-- table: nps_responses
-- requires: id ; properties
-- optional: createdAt
-- holds: properties = "hs_(survey_type|value|submission_timestamp)"
-- rows: one per record
-- zone:
-- verified: documentation

select
    id::varchar as response_id,
    coalesce(properties->>'$.hs_submission_timestamp', createdAt)::varchar as responded_at,
    score_as_text(coalesce(properties->>'$.hs_value', properties->>'$.hs_response_value'))
        ::varchar as score,
    (properties->>'$.hs_contact_id')::varchar as account_id,
    (properties->>'$.hs_content')::varchar as comment,
    createdAt::varchar as recorded_at,
    (case
        when upper(trim(properties->>'$.hs_survey_type')) <> 'NPS'
            then 'a ' || (properties->>'$.hs_survey_type') || ' survey, not customer NPS'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from export
