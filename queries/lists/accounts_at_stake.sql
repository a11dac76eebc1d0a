-- title: What the accounts hit are worth
-- definition: How many accounts the incidents of the window reached, how many of those a P1 reached, and their value a year
--   as far as it is recorded. A sum is NULL where none is. `tells` incidents say whom they reached, by a recorded account
--   or a linked ticket; `by_ticket` of them only by a ticket.
-- grain: one row
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: incidents bigint, tells bigint, by_ticket bigint, accounts bigint, valued bigint, annual_value double,
--   p1_accounts bigint, p1_valued bigint, p1_annual_value double
with incident as (
    select
        incident_id,
        severity_counted,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

link as (
    select incident_id, account_id, true as recorded, from incident_accounts where account_id is not null
    union all
    select incident_id, account_id, false as recorded,
    from tickets
    where account_id is not null and incident_id is not null and created_at <= $as_of
),

reached as (
    select
        link.*,
        incident.severity_counted,
    from link
    inner join incident on link.incident_id = incident.incident_id
),

told as (
    select
        incident_id,
        bool_or(recorded) as recorded,
    from reached
    group by incident_id
),

account as (
    select
        account_id,
        any_value(annual_value) as annual_value,
    from accounts
    group by account_id
),

hit as (
    select
        reached.account_id,
        coalesce(bool_or(reached.severity_counted = 1), false) as by_p1,
        any_value(account.annual_value) as annual_value,
    from reached
    left join account on reached.account_id = account.account_id
    group by reached.account_id
)

select
    (select count(*) from incident)::bigint as incidents,
    (select count(*) from told)::bigint as tells,
    (select count(*) from told where not recorded)::bigint as by_ticket,
    count(*)::bigint as accounts,
    count(annual_value)::bigint as valued,
    round(sum(annual_value), 2)::double as annual_value,
    count(*) filter (where by_p1)::bigint as p1_accounts,
    count(annual_value) filter (where by_p1)::bigint as p1_valued,
    round(sum(annual_value) filter (where by_p1), 2)::double as p1_annual_value,
from hit
