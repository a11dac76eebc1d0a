-- title: Which columns are filled at all
-- definition: For the tables that figures are made of, in how many rows each column holds anything.
-- grain: one row per table and column
-- columns: table_name varchar, column_name varchar, filled bigint
with counted as (
    select 'incidents' as table_name, *
    from (unpivot (select count(columns(*)) from incidents) on columns(*) into name column_name value filled)
    union all
    select 'tickets' as table_name, *
    from (unpivot (select count(columns(*)) from tickets) on columns(*) into name column_name value filled)
    union all
    select 'alerts' as table_name, *
    from (unpivot (select count(columns(*)) from alerts) on columns(*) into name column_name value filled)
    union all
    select 'nps_responses' as table_name, *
    from (unpivot (select count(columns(*)) from nps_responses) on columns(*) into name column_name value filled)
)

select
    table_name::varchar as table_name,
    column_name::varchar as column_name,
    filled::bigint as filled,
from counted
order by table_name, column_name
