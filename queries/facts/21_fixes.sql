-- title: Work that was released to end an issue
-- definition: Released work that can be tied to an issue: a change of kind remediation, or a roadmap entry that promises fewer
--   repeats. It is a fix of the issue (`is_fix`) when its title holds the issue's id (tie "names the issue"), or when it
--   is a roadmap entry for the issue's service ("promises fewer repeats"). Remediation that merely is for the same service
--   may have fixed something else there: it is shown and measured, but no issue is called fixed for it. An incident's own
--   resolution is a recovery, not a fix. Postmortem actions carry no date on which they were done, so they cannot be one.
-- grain: one row per piece of work and issue
-- leaves out: work that is not released; features; entries that promise no fewer repeats
-- makes: table fact_fixes
-- columns: issue_id varchar, fix_id varchar, kind varchar, title varchar, service varchar, tie varchar, is_fix boolean,
--   released_at timestamptz, source varchar, source_file varchar, source_line bigint
with work as (
    select
        'change' as kind,
        change_id as fix_id,
        title,
        service,
        released_at,
        source,
        source_file,
        source_line,
    from changes
    where kind = 'remediation' and released_at is not null
    union all
    select
        'roadmap' as kind,
        item_id as fix_id,
        title,
        service,
        released_at,
        source,
        source_file,
        source_line,
    from roadmap
    where expected_repeat_change < 0 and released_at is not null
),

issue as (
    select distinct
        issue_id,
        service,
    from fact_incidents
    where issue_id in (select issue_id from fact_incidents where is_repeat)
),

tied as (
    select
        issue.issue_id,
        work.*,
        -- The id as a whole word: PRB10 is not named by PRB104.
        coalesce(
            regexp_matches(
                work.title, '(^|[^A-Za-z0-9])' || regexp_escape(issue.issue_id) || '($|[^A-Za-z0-9])', 'i'
            ),
            false
        ) as is_named,
        coalesce(accepts_any([issue.service], work.service) and issue.service is not null, false) as is_same_service,
    from issue
    cross join work
),

strongest as (
    select *
    from tied
    where is_named or is_same_service
    qualify row_number() over (partition by issue_id, kind, fix_id, source order by is_named desc, released_at) = 1
)

select
    issue_id::varchar as issue_id,
    fix_id::varchar as fix_id,
    kind::varchar as kind,
    title::varchar as title,
    service::varchar as service,
    case
        when is_named then 'names the issue'
        when kind = 'roadmap' then 'promises fewer repeats'
        else 'same service'
    end::varchar as tie,
    (is_named or kind = 'roadmap')::boolean as is_fix,
    released_at::timestamptz as released_at,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from strongest
order by issue_id, released_at, fix_id
