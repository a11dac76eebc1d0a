-- title: SurveyMonkey responses (CSV, two header rows)
-- definition: One row per respondent of a survey whose question says "recommend" or "NPS". Scores may be
--   written "10 - Extremely likely". Not checked against a real file.
-- source: surveymonkey
-- table: nps_responses
-- requires: Respondent ID ; Collector ID ; Start Date ; End Date
-- optional: Custom Data 1 ; no NPS question
-- rows: one per record
-- zone:
-- verified: unverified

with answers as (
    select
        *,
        -- The first question that fits. The pattern must find a column in every file, so that the format's last
        -- optional column fits too; it is never there.
        list_value(*columns('(?i)recommend|\bNPS\b')) as scores
    from export
)

select
    "Respondent ID"::varchar as response_id,
    "End Date"::varchar as responded_at,
    score_as_text(scores[1])::varchar as score,
    "Custom Data 1"::varchar as account_id,
    (case
        when len(scores) = 1 then 'the survey has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from answers
