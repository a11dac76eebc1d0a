-- title: The endings declared in the year up to the end of each window
-- definition: Every time a chronic issue was declared over in the 365 days up to the window's end, as known at its as_of: how
--   many days it held, whether it came back, and why it is left out, else NULL. `windows` names a CTE made by windows_of.
-- grain: one row per window and ending
-- makes: macro
-- columns: window_id bigint, issue_id varchar, days double, came_back boolean, left_out varchar
create or replace macro declared_in(windows, services, teams, severities) as table
with moment as (  -- noqa: ST03
    select distinct as_of, from query_table(windows)
)

select
    asked.window_id,
    spell.issue_id::varchar as issue_id,
    (minutes_between(spell.ended_at, coalesce(spell.back_at, spell.as_of)) / 1440)::double as days,
    (spell.back_at is not null)::boolean as came_back,
    case
        when not spell.counts then 'before the first return'
        when spell.is_open then 'still open'
        when spell.ended_at is null then 'no resolve time'
    end as left_out,
from query_table(windows) as asked
inner join spells_at('moment', services, teams, severities) as spell on asked.as_of = spell.as_of
where
    coalesce(spell.ended_at, spell.last_opened_at) < asked.seen_until
    and coalesce(spell.ended_at, spell.last_opened_at) >= asked.seen_until - interval 365 day
