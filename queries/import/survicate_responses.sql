-- title: In-app survey responses (CSV, two header rows)
-- definition: One row per response: Date & Time (UTC), Response uuid, then the questions, the first of
--   which that says "recommend" holds the score. The columns are those of a real file of a tool that is
--   probably Survicate.
-- source: survicate
-- table: nps_responses
-- requires: Date & Time (UTC) ; Response uuid
-- optional: company ; account_id ; segment ; plan ; no NPS question
-- rows: one per record
-- zone: UTC
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
    "Response uuid"::varchar as response_id,
    "Date & Time (UTC)"::varchar as responded_at,
    score_as_text(scores[1])::varchar as score,
    coalesce(account_id, company)::varchar as account_id,
    coalesce(segment, plan)::varchar as segment,
    (case
        when len(scores) = 1 then 'the survey has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from answers
