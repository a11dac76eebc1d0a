-- title: Typeform responses (CSV)
-- definition: One row per response of a form whose question says "recommend" or "NPS"; times are UTC. Not
--   checked against a real file.
-- source: typeform
-- table: nps_responses
-- requires: # ; Submit Date (UTC)
-- optional: account_id ; company ; segment ; plan ; no NPS question
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
    "#"::varchar as response_id,
    "Submit Date (UTC)"::varchar as responded_at,
    score_as_text(scores[1])::varchar as score,
    coalesce(account_id, company)::varchar as account_id,
    coalesce(segment, plan)::varchar as segment,
    (case
        when len(scores) = 1 then 'the form has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from answers
