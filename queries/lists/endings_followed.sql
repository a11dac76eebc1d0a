-- title: Endings as they were followed
-- definition: What the curves of endings are drawn from: of every time a chronic issue was declared over in the year up to the
--   window's end ("ending"), and of the first remediation after each return ("work"), the days it held, until it came back,
--   else until as_of. The rules are those of rows/permanent_endings and rows/remediation_holding; what these leave out is not
--   here. The lists of a row are parallel.
-- grain: one row per kind that has any
-- params: end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   ended_after_days bigint
-- columns: kind varchar, issue_ids varchar[], days double[], came_back boolean[]
with ending as (
    select
        *,
        coalesce(ended_at, last_opened_at) as over_at,
    from endings_in($as_of, $services, $teams, $severities, $ended_after_days)
    where counts
),

followed as (
    select 'ending' as kind, issue_id, spell, over_at as since, days_over as days, came_back,
    from ending
    where not is_open and ended_at is not null and days_over is not null
    union all
    select 'work' as kind, issue_id, spell, worked_at as since, days_after_work as days, came_back,
    from ending
    where worked_at is not null and days_after_work is not null
)

select
    kind::varchar as kind,
    list(issue_id order by since desc, issue_id, spell)::varchar[] as issue_ids,
    list(days order by since desc, issue_id, spell)::double[] as days,
    list(came_back order by since desc, issue_id, spell)::boolean[] as came_back,
from followed
where since < least($end, $as_of) and since >= least($end, $as_of) - interval 365 day
group by kind
order by kind
