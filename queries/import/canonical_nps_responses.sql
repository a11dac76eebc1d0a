-- title: NPS responses (this project's own CSV)
-- definition: One row per answer to the recommendation question, scored 0 to 10.
-- source: canonical
-- table: nps_responses
-- requires: response_id ; score
-- optional: responded_at ; account_id ; segment ; comment ; recorded_at ; exported_at
-- date: responded_at
-- excludes: ticket_id ; survey_type
-- rows: one per record
-- zone:
-- verified: documentation

select
    trim(response_id)::varchar as response_id,
    responded_at::varchar as responded_at,
    score::varchar as score,
    trim(account_id)::varchar as account_id,
    segment::varchar as segment,
    comment::varchar as comment,
    recorded_at::varchar as recorded_at,
    exported_at::varchar as exported_at,
    source_line::bigint as source_line
from export
