-- title: SurveyMonkey responses (CSV, two header rows)
-- definition: One row per respondent of a survey whose question says "recommend" or "NPS". Scores may be
--   written "10 - Extremely likely". Not checked against a real file.
-- source: surveymonkey
-- table: nps_responses
-- requires: Respondent ID ; Collector ID ; Start Date ; End Date
-- optional: Custom Data 1
-- rows: one per record
-- zone:
-- verified: unverified

with answers as (
    select
        *,
        to_json(export) as cells
    from export
),

questions as (
    select
        *,
        list_filter(
            json_keys(cells), lambda name: regexp_matches(name, '(?i)recommend|\bNPS\b')
        ) as score_names
    from answers
)

select
    "Respondent ID"::varchar as response_id,
    "End Date"::varchar as responded_at,
    regexp_replace(
        trim(json_extract_string(cells, score_names[1])), '^(\d+)(\.0+)?(\s*[-–(:].*)?$', '\1'
    )::varchar as score,
    "Custom Data 1"::varchar as account_id,
    (case
        when coalesce(len(score_names), 0) = 0 then 'the survey has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from questions
