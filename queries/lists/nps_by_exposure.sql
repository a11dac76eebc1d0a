-- title: NPS of customers exposed to incidents and of the others
-- definition: NPS of the answers given in [start, end), apart for accounts that an incident opened in
--   [hit_start, hit_end) of the chosen severities reached, for accounts that none reached, and for answers that name no
--   account. Exposure is by a recorded account or a linked ticket. `account_spread` as in the KPI nps.
-- grain: one row per group: exposed, not exposed, no account
-- params: start timestamptz, end timestamptz, as_of timestamptz, hit_start timestamptz, hit_end timestamptz,
--   services varchar[], teams varchar[], severities bigint[]
-- columns: exposure varchar, value double, n bigint, promoters bigint, passives bigint, detractors bigint,
--   accounts bigint, account_spread double
with incident as (
    select incident_id
    from incidents_in($hit_start, $hit_end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

hit as (
    select incident_accounts.account_id
    from incident_accounts
    inner join incident on incident_accounts.incident_id = incident.incident_id
    where incident_accounts.account_id is not null
    union
    select tickets.account_id
    from tickets
    inner join incident on tickets.incident_id = incident.incident_id
    where tickets.account_id is not null and tickets.created_at <= $as_of
),

answer as (
    select
        nps.point,
        coalesce('account ' || nps.account_id, 'answer ' || coalesce(nps.source, '') || ' ' || nps.response_id) as who,
        case
            when nps.account_id is null then 'no account'
            when hit.account_id is null then 'not exposed'
            else 'exposed'
        end as exposure,
    from nps_in($start, $end, $as_of) as nps
    left join hit on nps.account_id = hit.account_id
    where nps.point is not null
),

counted as (
    select
        exposure,
        count(*) as answers,
        avg(point) as mean,
        count(*) filter (where point = 1) as promoters,
        count(*) filter (where point = 0) as passives,
        count(*) filter (where point = -1) as detractors,
    from answer
    group by exposure
),

by_account as (
    select
        answer.exposure,
        answer.who,
        sum(answer.point - counted.mean) as distance,
    from answer
    inner join counted on answer.exposure = counted.exposure
    group by answer.exposure, answer.who
),

spread as (
    select
        exposure,
        count(*) as accounts,
        -- Threads add doubles in any order: the last digits would differ from run to run.
        round(sum(distance * distance), 9) as account_spread,
    from by_account
    group by exposure
)

select
    counted.exposure::varchar as exposure,
    (100 * counted.mean)::double as value,
    counted.answers::bigint as n,
    counted.promoters::bigint as promoters,
    counted.passives::bigint as passives,
    counted.detractors::bigint as detractors,
    spread.accounts::bigint as accounts,
    spread.account_spread::double as account_spread,
from counted
inner join spread on counted.exposure = spread.exposure
order by exposure
