-- title: GitHub releases as changes (JSON of gh or of the interface)
-- definition: One object per release; drafts are left out. It says nothing of sign-offs or statements.
--   The id is the repository of the address, where there is one, and the tag.
-- source: github
-- table: changes
-- requires: tagName ; publishedAt
-- optional: name ; createdAt ; isDraft ; url ; html_url
-- also: tagName = tag_name ; publishedAt = published_at ; createdAt = created_at ; isDraft = draft
-- rows: one per record
-- zone:
-- verified: documentation

select
    in_repository(tagName, coalesce(html_url, url), '@')::varchar as change_id,
    coalesce(name, tagName)::varchar as title,
    'other'::varchar as kind,
    tagName::varchar as "release",
    createdAt::varchar as requested_at,
    publishedAt::varchar as released_at,
    (case when lower(trim(isDraft)) = 'true' then 'a draft' end)::varchar as excluded_reason,
    source_line::bigint as source_line
from export
