-- title: Typeform responses (CSV)
-- definition: One row per response of a form whose question says "recommend" or "NPS"; times are UTC. Not
--   checked against a real file.
-- source: typeform
-- table: nps_responses
-- requires: # ; Submit Date (UTC)
-- optional: account_id ; company ; segment ; plan
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
    "#"::varchar as response_id,
    "Submit Date (UTC)"::varchar as responded_at,
    regexp_replace(
        trim(json_extract_string(cells, score_names[1])), '^(\d+)(\.0+)?(\s*[-–(:].*)?$', '\1'
    )::varchar as score,
    coalesce(account_id, company)::varchar as account_id,
    coalesce(segment, plan)::varchar as segment,
    (case
        when coalesce(len(score_names), 0) = 0 then 'the form has no Net Promoter question'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from questions
