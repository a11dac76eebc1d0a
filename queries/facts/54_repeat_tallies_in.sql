-- title: How many incidents of each window are repeats and were escalated
-- definition: What repeats_in says of each incident, counted: `n` of a window's incidents are alike in every column.
-- grain: several rows per window, each for `n` incidents
-- makes: macro
-- columns: window_id bigint, n bigint, is_open boolean, is_repeat boolean, repeat_rule varchar, tells_repeats boolean,
--   is_escalated boolean, is_linked boolean
create or replace macro repeat_tallies_in(windows, services, teams, severities) as table
with alike as (
    select
        begins_at,
        is_repeat,
        repeat_rule,
        tells_repeats,
        is_tied,
        is_escalated,
        over_at,
        flagged_at,
        escalated_at,
        count(*) as n,
    from incidents_in_slices(windows, services, teams, severities)
    group by all
),

known as (
    select
        asked.window_id,
        alike.n,
        coalesce(alike.over_at > asked.as_of, false) as is_open,
        alike.is_repeat and coalesce(alike.flagged_at <= asked.as_of, true) as is_repeat,
        case when alike.flagged_at > asked.as_of then null else alike.repeat_rule end as repeat_rule,
        alike.is_tied,
        alike.tells_repeats,
        alike.is_escalated and coalesce(alike.escalated_at <= asked.as_of, true) as is_escalated,
    from query_table(windows) as asked
    inner join alike
        on asked.starts_at <= alike.begins_at and asked.ends_at > alike.begins_at and asked.as_of >= alike.begins_at
)

select
    * exclude (is_tied),
    is_tied or coalesce(repeat_rule <> 'ticket flag', false) as is_linked,
from known
