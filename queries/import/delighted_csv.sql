-- title: Delighted responses (CSV)
-- definition: The response download: Score and Comment beside Delighted's own property columns. The names
--   of the other columns are inferred from the interface; not checked against a real file.
-- source: delighted
-- table: nps_responses
-- requires: Score ; Comment
-- any of: Delighted Source ; Delighted Link Name ; Delighted Device Type ; Delighted Operating System ;
--   Delighted Browser ; Delighted Country ; Delighted Page ; Delighted Page URL ; Delighted Referrer URL ;
--   Delighted Source URL
-- optional: Response ID ; ID ; Responded At ; Survey Type ; Account ID ;
--   Customer ID ; Company ; Organization ; Segment ; Plan
-- also: Responded At = Response Date | Created At
-- date: Responded At
-- rows: one per record
-- zone:
-- verified: unverified

select
    coalesce("Response ID", "ID")::varchar as response_id,
    "Responded At"::varchar as responded_at,
    score_as_text("Score")::varchar as score,
    coalesce("Account ID", "Customer ID", "Company", "Organization")::varchar as account_id,
    coalesce("Segment", "Plan")::varchar as segment,
    "Comment"::varchar as comment,
    (case
        when lower(trim("Survey Type")) <> 'nps' then 'a ' || "Survey Type" || ' survey, not customer NPS'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from export
