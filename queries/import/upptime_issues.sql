-- title: Upptime issues (JSON of gh or of the GitHub interface)
-- definition: One object per issue that Upptime opens when a site is down or slow and closes when it is up again. The site is
--   the service; there is no severity but "degraded performance", which is one. Issues with another title are left out.
--   The id is the repository of the address and the number.
-- source: upptime
-- table: incidents
-- requires: number ; title ; state ; labels ; createdAt
-- optional: closedAt ; updatedAt ; url ; html_url ; pull_request
-- also: createdAt = created_at ; closedAt = closed_at ; updatedAt = updated_at
-- holds: title = ^(🛑|⚠️|⚠) .+ (is down|has degraded performance)
-- rows: one per record
-- zone:
-- verified: documentation

with told as (
    select
        *,
        regexp_extract(title, '^\S+\s+(.+?) (is down|has degraded performance)', 1) as site,
        lower(trim(state)) = 'closed' as is_closed
    from export
)

select
    in_repository(number, coalesce(html_url, url), '#')::varchar as incident_id,
    coalesce(html_url, url)::varchar as url,
    title::varchar as title,
    nullif(site, '')::varchar as service,
    (case when title like '%degraded performance%' then 'degraded performance' end)::varchar as severity_text,
    (case when is_closed then 'resolved' else 'open' end)::varchar as status,
    'incident'::varchar as kind,
    createdAt::varchar as opened_at,
    (case when is_closed then closedAt end)::varchar as resolved_at,
    updatedAt::varchar as updated_at,
    createdAt::varchar as recorded_at,
    (case
        when pull_request is not null then 'a pull request, not an incident'
        when coalesce(site, '') = '' then 'an issue that is not of a site'
    end)::varchar as excluded_reason,
    source_line::bigint as source_line
from told
