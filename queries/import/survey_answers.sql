-- title: Survey answers with a question to recommend (CSV of HubSpot, Intercom, Medallia and others)
-- definition: A list with an id of the answer and a column whose name asks to recommend or says NPS: the first such cell that
--   begins with a number is the score. The date is the column named as one, else the only column of dates. The headers of
--   these tools depend on the survey and were not checked against real files.
-- source: survey
-- table: nps_responses
-- requires: Response ID
-- like: (?i)r[ae]c+om+i?[ae]nd|empfehl|consigli|aanbevel|aanraden|推奨|勧め|すすめ|net promoter|\bNPS\b
-- optional: responded_at ; account_id ; segment ; comment ; no question: recommend
-- also: Response ID = response_id | Submission ID | Survey response ID | Record ID | Survey ID | Conversation ID ;
--   responded_at = Responded at | Response date | Submission date | Date submitted | Submitted at | Completed at |
--   Survey completed date | Created at | Date | Timestamp ;
--   account_id = Company | Company name | Account | Account name | Customer ID | Organization | Organisation ;
--   segment = Plan | Tier | Customer segment ; comment = Comment | Comments | Feedback | Reason | Verbatim
-- excludes: Collector ID ; ResponseId ; # ; Response uuid ; nps ; score ; answer ; incident_id ; ticket_id ; survey_type
-- date: responded_at
-- rows: one per record
-- zone:
-- verified: unverified

with answers as (
    select
        *,
        -- The first question that fits. The pattern must find a column in every file, so that the format's last optional
        -- column fits too; it is never there.
        list_value(
            *columns(
                '(?i)r[ae]c+om+i?[ae]nd|empfehl|consigli|aanbevel|aanraden|推奨|勧め|すすめ|net promoter|\bNPS\b'
            )
        ) as scores
    from export
)

select
    "Response ID"::varchar as response_id,
    responded_at::varchar as responded_at,
    score_as_text(list_filter(scores, lambda score: regexp_matches(score, '^\s*\d'))[1])::varchar as score,
    account_id::varchar as account_id,
    segment::varchar as segment,
    comment::varchar as comment,
    source_line::bigint as source_line
from answers
