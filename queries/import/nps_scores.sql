-- title: Survey scores (CSV with id, score or rating, and comment)
-- definition: A list of answers whose score column is called score or rating, told from other lists by a
--   comment column and by what it does not have. Scores are taken as 0-10 answers to the recommendation
--   question; a file of ten or more answers none of which exceeds 5 holds ratings of one to five and is
--   left out.
-- source: nps
-- table: nps_responses
-- requires: id ; comment
-- any of: nps_score ; nps score ; score ; rating
-- optional: responded_at ;
--   account_id ; account ; customer_id ; company ; segment ; plan ; tier
-- excludes: nps ; incident_id ; opened_at ; started_at ; resolved_at ; ticket_id ; survey_type ; title ;
--   subject ; status ; severity ; priority ; product_id ;
--   Delighted Source ; Delighted Link Name ; Delighted Device Type ; Delighted Operating System ;
--   Delighted Browser ; Delighted Country ; Delighted Page ; Delighted Page URL ;
--   Delighted Referrer URL ; Delighted Source URL
-- also: responded_at = response_date | answered_at | submitted_at | completed_at | created_at | date | timestamp
-- date: responded_at
-- rows: one per record
-- zone:
-- verified: unverified

with answers as (
    select
        *,
        score_as_text(coalesce(nps_score, "nps score", score, rating)) as score_text
    from export
),

scaled as (
    select
        *,
        max(try_cast(score_text as double)) over () as highest,
        count(score_text) over () as scored
    from answers
)

select
    id::varchar as response_id,
    responded_at::varchar as responded_at,
    score_text::varchar as score,
    coalesce(account_id, account, customer_id, company)::varchar as account_id,
    coalesce(segment, plan, tier)::varchar as segment,
    comment::varchar as comment,
    (case when highest <= 5 and scored >= 10 then 'a rating of one to five, not 0 to 10' end)::varchar
        as excluded_reason,
    source_line::bigint as source_line
from scaled
