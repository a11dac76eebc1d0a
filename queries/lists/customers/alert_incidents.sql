-- title: The incidents an alert belonged to
-- definition: Incidents that alerts of one name fired in the window belong to, and how many accounts each reached, by a
--   recorded account or a linked ticket. The name is an alert's title, or its id.
-- grain: one row per incident, newest first
-- params: alert varchar, start timestamptz, end timestamptz, as_of timestamptz, limit bigint
-- columns: incident_id varchar, title varchar, service varchar, severity bigint, opened_at timestamptz, alerts bigint,
--   accounts bigint, annual_value double
with rang as (
    select
        incident_id,
        count(*) as alerts,
    from alerts
    where
        (title = $alert or alert_id = $alert)
        and fired_at >= $start
        and fired_at < $end
        and fired_at <= $as_of
        and incident_id is not null
    group by incident_id
),

hit as (
    select * from hits_at($as_of)
),

account as (
    select
        account_id,
        any_value(annual_value) as annual_value,
    from accounts
    group by account_id
),

reached as (
    select
        hit.incident_id,
        count(*) as accounts,
        round(sum(account.annual_value), 2) as annual_value,
    from hit
    inner join rang on hit.incident_id = rang.incident_id
    left join account on hit.account_id = account.account_id
    group by hit.incident_id
)

select
    rang.incident_id::varchar as incident_id,
    fact_incidents.title::varchar as title,
    fact_incidents.service::varchar as service,
    fact_incidents.severity_counted::bigint as severity,
    fact_incidents.opened_at::timestamptz as opened_at,
    rang.alerts::bigint as alerts,
    coalesce(reached.accounts, 0)::bigint as accounts,
    reached.annual_value::double as annual_value,
from rang
left join fact_incidents on rang.incident_id = fact_incidents.incident_id
left join reached on rang.incident_id = reached.incident_id
order by fact_incidents.opened_at desc nulls last, rang.incident_id
limit $limit
