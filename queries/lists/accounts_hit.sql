-- title: Accounts hit most
-- definition: Customers that an incident opened in the window reached, by a recorded account or a linked ticket: how many
--   incidents, how many of them P1, for how long in all (an open one so far), how many linked tickets, and their last
--   scored answer by as_of. `change` is that score less the last one given before the first of these incidents.
-- grain: one row per account: most P1 first, then longest, then most incidents
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[],
--   limit bigint
-- columns: account_id varchar, name varchar, segment varchar, annual_value double, p1 bigint, incidents bigint,
--   repeats bigint, impact_minutes double, tickets bigint, last_opened_at timestamptz, last_score bigint,
--   last_answered_at timestamptz, score_before bigint, change bigint
with incident as (
    select
        *,
        coalesce(recover_minutes, open_minutes) as minutes,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where accepts($severities, severity_counted)
),

by_account as (
    select
        hit.account_id,
        count(*) as incidents,
        count(*) filter (where incident.severity_counted = 1) as p1,
        count(*) filter (where incident.is_repeat) as repeats,
        -- Threads add doubles in any order: the last digits would differ from run to run.
        round(sum(incident.minutes), 6) as minutes,
        min(incident.opened_at) as first_opened_at,
        max(incident.opened_at) as last_opened_at,
    from hits_at($as_of) as hit
    inner join incident on hit.incident_id = incident.incident_id
    group by hit.account_id
),

ticket as (
    select
        tickets.account_id,
        count(distinct tickets.ticket_id) as tickets,
    from tickets
    inner join incident on tickets.incident_id = incident.incident_id
    where tickets.created_at <= $as_of
    group by tickets.account_id
),

answer as (
    select
        nps.account_id,
        arg_max(nps.score, nps.responded_at) as last_score,
        max(nps.responded_at) as last_answered_at,
        arg_max(nps.score, nps.responded_at) filter (where nps.responded_at < by_account.first_opened_at)
            as score_before,
        max(nps.responded_at) >= any_value(by_account.first_opened_at) as answered_since,
    from nps_responses as nps
    inner join by_account on nps.account_id = by_account.account_id
    where nps.responded_at <= $as_of and nps.score between 0 and 10
    group by nps.account_id
)

select
    by_account.account_id::varchar as account_id,
    account.* exclude (account_id, last_score, last_answered_at),
    by_account.p1::bigint as p1,
    by_account.incidents::bigint as incidents,
    by_account.repeats::bigint as repeats,
    by_account.minutes::double as impact_minutes,
    coalesce(ticket.tickets, 0)::bigint as tickets,
    by_account.last_opened_at::timestamptz as last_opened_at,
    answer.last_score::bigint as last_score,
    answer.last_answered_at::timestamptz as last_answered_at,
    answer.score_before::bigint as score_before,
    case when answer.answered_since then answer.last_score - answer.score_before end::bigint as change,
from by_account
left join accounts_at($as_of) as account on by_account.account_id = account.account_id
left join ticket on by_account.account_id = ticket.account_id
left join answer on by_account.account_id = answer.account_id
order by p1 desc, impact_minutes desc nulls last, incidents desc, by_account.account_id
limit $limit
