-- title: What each tool records
-- definition: The stamp that says when work on an incident began, as far as a tool has one, and whether anything records
--   its incidents what they repeat: the tool itself, a ticket, or a person who decided about one.
-- grain: one row per tool
-- makes: table fact_sources
-- columns: source varchar, engage_stamp varchar, tells_repeats boolean
with decided as (
    select source, from fact_repeats
    union
    select source, from fact_problems where told_by = 'ticket'
    union
    select source, from repeat_decisions where incident_id is not null
),

recorded as (
    select
        source,
        case
            when count(engaged_at) > 0 then 'engaged'
            when count(acknowledged_at) > 0 then 'acknowledged'
        end as engage_stamp,
        count(repeat_of) + count(problem_id) + count(root_cause_id) > 0 as tells_itself,
    from incidents
    group by source
)

select
    source::varchar as source,
    engage_stamp::varchar as engage_stamp,
    (tells_itself or coalesce(source in (select source from decided), false))::boolean as tells_repeats,
from recorded
