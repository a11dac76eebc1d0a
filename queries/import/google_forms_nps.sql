-- title: Google Forms or Sheets answers (CSV)
-- definition: One row per answer of a form: a column Timestamp (in the form's language), then the questions, the first of
--   which that asks to recommend holds the score. Answers have no id: time, score and account make one, the place in the
--   file distinguishes equal ones. The header was not checked against a real file in every language.
-- source: google-forms
-- table: nps_responses
-- requires: Timestamp
-- like: (?i)r[ae]c+om+i?[ae]nd|empfehl|consigli|aanbevel|aanraden|推奨|勧め|すすめ|net promoter|\bNPS\b
-- optional: account_id ; segment ; comment ; no question: recommend
-- also: Timestamp = Zeitstempel | Horodateur | Marca temporal | Carimbo de data/hora | Informazioni cronologiche |
--   Tijdstempel | タイムスタンプ ;
--   account_id = Company | Company name | Account | Customer | Organisation | Organization | Firma | Unternehmen |
--   Entreprise | Société | Empresa | 会社名 ; segment = Plan | Tier ;
--   comment = Why? | Comment | Comments | Feedback | Reason
-- excludes: incident_id ; id ; response_id ; Response ID ; nps ; score
-- rows: one per record
-- zone:
-- verified: documentation

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
),

scored as (
    select
        *,
        list_filter(scores, lambda score: regexp_matches(score, '^\s*\d'))[1] as score_text
    from answers
),

known as (
    select
        *,
        md5(concat_ws('|', "Timestamp", score_text, account_id)) as likeness
    from scored
)

select
    (likeness || '-' || row_number() over (partition by likeness order by source_line))::varchar as response_id,
    "Timestamp"::varchar as responded_at,
    score_as_text(score_text)::varchar as score,
    account_id::varchar as account_id,
    segment::varchar as segment,
    comment::varchar as comment,
    source_line::bigint as source_line
from known
