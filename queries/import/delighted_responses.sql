-- title: Delighted survey responses (JSON)
-- definition: One object per answer as the interface lists them; times are Unix seconds. Only surveys of
--   type nps are counted: the same list may hold CSAT, CES, employee and other surveys. The account and the
--   segment are read from the person's properties (account id, customer id, company, organization; segment,
--   plan, tier).
-- source: delighted
-- table: nps_responses
-- requires: id ; survey_type ; score ; created_at
-- any of: person ; person_properties ; permalink
-- optional: comment
-- rows: one per record
-- zone:
-- verified: documentation

with answers as (
    select
        *,
        -- Property names are the customer's own: compare them without case, blanks, hyphens and underscores.
        list_transform(
            map_entries(try(from_json(person_properties, '"MAP(VARCHAR, VARCHAR)"'))),
            lambda property: {
                name: regexp_replace(lower(property.key), '[\s_-]+', '', 'g'),
                text: nullif(trim(property.value), '')
            }
        ) as properties
    from export
),

known as (
    select
        *,
        list_filter(
            properties,
            lambda property: property.name in (
                'accountid', 'customerid', 'companyid', 'account', 'company', 'organization'
            )
        ) as accounts,
        list_filter(properties, lambda property: property.name in ('segment', 'plan', 'tier')) as segments
    from answers
)

select
    id::varchar as response_id,
    created_at::varchar as responded_at,
    score_as_text(score)::varchar as score,
    (accounts[1].text)::varchar as account_id,
    (segments[1].text)::varchar as segment,
    comment::varchar as comment,
    (case
        when lower(trim(survey_type)) <> 'nps' then 'a ' || survey_type || ' survey, not customer NPS'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from known
