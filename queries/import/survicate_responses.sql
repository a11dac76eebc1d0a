-- title: In-app survey responses (CSV, two header rows)
-- definition: One row per response: Date & Time (UTC), Response uuid, then the questions, the first of
--   which that says "recommend" holds the score. The columns are those of a real file of a tool that is
--   probably Survicate.
-- source: survicate
-- table: nps_responses
-- requires: Date & Time (UTC) ; Response uuid
-- optional: company ; account_id ; segment ; plan
-- rows: one per record
-- zone: UTC
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
    "Response uuid"::varchar as response_id,
    "Date & Time (UTC)"::varchar as responded_at,
    regexp_replace(
        trim(json_extract_string(cells, score_names[1])), '^(\d+)(\.0+)?(\s*[-–(:].*)?$', '\1'
    )::varchar as score,
    coalesce(account_id, company)::varchar as account_id,
    coalesce(segment, plan)::varchar as segment,
    (case
        when coalesce(len(score_names), 0) = 0 then 'the survey has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from questions
