-- title: What the filters offer
-- definition: Every service, team and counted severity that an incident has, with the number of incidents.
-- grain: one row per filter and value
-- makes: table fact_options
-- columns: filter varchar, value varchar, incidents bigint
with counted as (
    select service, team, severity_counted, count(*) as incidents, from fact_incidents group by all
),

option as (
    select 'service' as filter, service as value, sum(incidents) as incidents, from counted group by service
    union all
    select 'team' as filter, team as value, sum(incidents) as incidents, from counted group by team
    union all
    select
        'severity' as filter,
        severity_counted::varchar as value,
        sum(incidents) as incidents,
    from counted
    group by severity_counted
)

select
    filter::varchar as filter,
    value::varchar as value,
    incidents::bigint as incidents,
from option
where value is not null
order by filter, value
