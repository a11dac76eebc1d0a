-- title: GitHub pull requests as changes (JSON of gh or of the interface)
-- definition: One object per pull request; merged is when it went in. Labels feature and enhancement make it a feature,
--   remediation, postmortem, incident and reliability a remediation. It says nothing of sign-offs or statements; one closed
--   without a merge is left out.
--   The id is the repository of the address and the number.
-- source: github
-- table: changes
-- requires: number ; title ; state ; mergedAt
-- optional: labels ; createdAt ; url ; html_url
-- also: mergedAt = merged_at ; createdAt = created_at
-- excludes: iid
-- rows: one per record
-- zone:
-- verified: documentation

with labelled as (
    select
        *,
        lower(coalesce(labels, '')) as label_text
    from export
)

select
    in_repository(number, coalesce(html_url, url), '#')::varchar as change_id,
    title::varchar as title,
    (case
        when regexp_matches(label_text, '(remediation|postmortem|incident|reliability)') then 'remediation'
        when regexp_matches(label_text, '(feature|enhancement)') then 'feature'
        else 'other'
    end)::varchar as kind,
    createdAt::varchar as requested_at,
    mergedAt::varchar as merged_at,
    (case when lower(trim(state)) = 'closed' and mergedAt is null then 'closed without a merge' end)::varchar
        as excluded_reason,
    source_line::bigint as source_line
from labelled
