-- title: Qualtrics responses (CSV, three header rows)
-- definition: One row per response of a survey with a Net Promoter question. The score is the column whose
--   neighbour is named like it with _NPS_GROUP (Q1 beside Q1_NPS_GROUP), else the first column whose name
--   is NPS or ends in _NPS; the comment is the first column that ends in _NPS_COMMENT or is named Comment.
--   Previews, tests and spam are left out, and so is every answer of a survey without such a question.
--   Segment and account come from embedded data of those names, else the account is the external reference, unless that
--   is a person's e-mail address.
-- source: qualtrics
-- table: nps_responses
-- requires: StartDate ; EndDate ; Status ; Finished ; RecordedDate ; ResponseId
-- optional: ExternalReference ; AccountId ; Account ID ; Account ; Company ; Segment ; Plan ; Comment
-- rows: one per record
-- zone:
-- verified: real file

with answers as (
    select
        *,
        from_json(to_json(export), '"MAP(VARCHAR, VARCHAR)"') as cells,
        lower(trim(Status)) as status_word
    from export
),

questions as (
    select
        *,
        -- Names of the score columns, best first: the one a group column points to, then one called NPS.
        list_filter(
            list_concat(
                list_transform(
                    list_filter(map_keys(cells), lambda name: regexp_matches(name, '(?i)._NPS_GROUP$')),
                    lambda name: regexp_replace(name, '(?i)_NPS_GROUP$', '')
                ),
                list_filter(map_keys(cells), lambda name: regexp_matches(name, '(?i)^(.*[_ ])?NPS(_1)?$'))
            ),
            lambda name: map_contains(cells, name)
        ) as score_names,
        list_filter(map_keys(cells), lambda name: regexp_matches(name, '(?i)_NPS_COMMENT$')) as comment_names
    from answers
)

select
    ResponseId::varchar as response_id,
    RecordedDate::varchar as responded_at,
    -- "10 - Extremely likely" and 9.0 are whole scores; anything else stays as it is and is refused.
    score_as_text(cells[score_names[1]])::varchar as score,
    coalesce(
        AccountId, "Account ID", Account, Company,
        case when not contains(ExternalReference, '@') then ExternalReference end
    )::varchar as account_id,
    coalesce(Segment, Plan)::varchar as segment,
    coalesce(cells[comment_names[1]], "Comment")::varchar as comment,
    (case
        -- Exports with numeric values write a code where others write the words.
        when status_word in ('1', '9', '17') or status_word like '%preview%' then 'a survey preview'
        when status_word in ('2', 'survey test') then 'a survey test'
        when status_word in ('8', '12') or status_word like '%spam%' then 'spam'
        when coalesce(len(score_names), 0) = 0 then 'the survey has no Net Promoter question'
    end)::varchar as excluded_reason,
    RecordedDate::varchar as recorded_at,
    source_line::bigint as source_line
from questions
