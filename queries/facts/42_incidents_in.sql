-- title: The incidents of a window, as known at an instant
-- definition: Incidents opened in [start, end) and not after as_of that pass the filters (NULL or empty: all). What
--   happened after as_of is not seen: an incident resolved later is still open, one engaged later still waits, an
--   escalation or a repeat flag set later is not there. `open_minutes` is the age at as_of of one still open,
--   `waiting_minutes` that of one not yet engaged, NULL where it is known to the day only. Only `over_at` is as the exports tell it, so that it may be searched
--   for: compare it with instants up to as_of, for which that comes to the same.
-- grain: one row per incident
-- makes: macro
-- columns: as fact_incidents, open_minutes double, waiting_minutes double
create or replace macro incidents_in("start", "end", as_of, services, teams) as table
select
    * replace (
        case when over_at > as_of then 'open' else status end as status,
        case when over_at > as_of then 'open' else recover_state end as recover_state,
        case when detected_at <= as_of then detected_at end as detected_at,
        case when acknowledged_at <= as_of then acknowledged_at end as acknowledged_at,
        case when engaged_at <= as_of then engaged_at end as engaged_at,
        case when mitigated_at <= as_of then mitigated_at end as mitigated_at,
        case when over_at <= as_of then resolved_at end as resolved_at,
        case when closed_at <= as_of then closed_at end as closed_at,
        case when updated_at <= as_of then updated_at end as updated_at,
        case when detected_at <= as_of then detect_minutes end as detect_minutes,
        case when over_at <= as_of then recover_minutes end as recover_minutes,
        case
            when engage_at <= as_of then engage_state
            when over_at > as_of and engage_stamp is not null then if(engage_from_is_day, 'day only', 'waiting')
            else 'not recorded'
        end as engage_state,
        case when engage_at <= as_of then engage_at end as engage_at,
        case when engage_at <= as_of then engage_minutes end as engage_minutes,
        case when repeat_flagged_at > as_of then null else repeat_rule end as repeat_rule,
        (is_repeat and coalesce(repeat_flagged_at <= as_of, true)) as is_repeat,
        case when first_ticket_at <= as_of then first_ticket_at end as first_ticket_at,
        case when escalated_engineering_at <= as_of then escalated_engineering_at end as escalated_engineering_at,
        case when escalated_executive_at <= as_of then escalated_executive_at end as escalated_executive_at,
        coalesce(least(escalated_engineering_at, escalated_executive_at) <= as_of, false) as is_escalated
    ),
    case
        when over_at > as_of and not recover_from_is_day then greatest(minutes_between(recover_from, as_of), 0)
    end as open_minutes,
    case
        when
            over_at > as_of
            and engage_stamp is not null
            and not engage_from_is_day
            and not coalesce(engage_at <= as_of, false)
            then greatest(minutes_between(engage_from, as_of), 0)
    end as waiting_minutes,
from fact_incidents
where
    opened_at >= "start"
    and opened_at < "end"
    and opened_at <= as_of
    and accepts(services, service)
    and accepts(teams, team)
