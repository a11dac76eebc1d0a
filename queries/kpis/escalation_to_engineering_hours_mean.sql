-- title: Repeats: mean hours from support to engineering
-- definition: Mean hours from the first support ticket of a repeat incident to its first escalation to engineering, of
--   repeats opened in the window. Repeats with a ticket that still wait are `open`. `deviation` is the standard
--   deviation of the hours, for the interval of their mean.
-- grain: one row per window
-- unit: hours
-- better: lower
-- family: mean
-- choices: repeat look-back
-- noun: the mean time from support to engineering
-- short: engineering escalation
-- leaves out: repeats without a ticket; repeats over without an escalation to engineering; escalated before the first ticket
-- lacking: no ticket says when it reached engineering: tickets.escalated_to_engineering_at
-- tables: incidents, tickets
-- rows: rows/escalation_to_engineering
-- adds up: mean
-- audiences: support
-- covered by: repeats, escalations
-- params: windows windows, services varchar[], teams varchar[], severities bigint[]
-- example: windows := [{'id': 1, 'start': '2025-07-01 00:00+02'::timestamptz,
--   'end': '2025-10-01 00:00+02'::timestamptz, 'as_of': '2025-11-17 08:00+00'::timestamptz}],
--   services := null, teams := null, severities := null
-- columns: window_id bigint, value double, n bigint, open bigint, partial boolean, deviation double,
--   left_out_no_ticket bigint, left_out_not_escalated bigint, left_out_reversed_times bigint
with asked as (select *, from windows_of($windows, ['repeats', 'escalations'])),

repeat as (
    select
        window_id,
        is_open,
        first_ticket_at,
        escalated_engineering_at,
        -- Whole microseconds add up the same in any order, doubles do not.
        epoch_us(escalated_engineering_at) - epoch_us(first_ticket_at) as waited_us,
    from repeats_in('asked', $services, $teams, $severities)
    where is_repeat
),

counted as (
    select
        window_id,
        count_if(waited_us >= 0) as measured,
        sum(waited_us) filter (where waited_us >= 0) as waited_us,
        sum(waited_us::hugeint * waited_us) filter (where waited_us >= 0) as squares,
        count_if(first_ticket_at is not null and escalated_engineering_at is null and is_open) as waiting,
        count_if(first_ticket_at is null) as no_ticket,
        count_if(first_ticket_at is not null and escalated_engineering_at is null and not is_open) as not_escalated,
        count_if(waited_us < 0) as reversed_times,
    from repeat
    group by window_id
)

select
    asked.window_id,
    (counted.waited_us / nullif(counted.measured, 0) / 3.6e9)::double as value,
    coalesce(counted.measured, 0)::bigint as n,
    coalesce(counted.waiting, 0)::bigint as open,
    asked.partial,
    case
        when counted.measured > 1
            then
                sqrt(
                    greatest(0, counted.squares - counted.waited_us::double ** 2 / counted.measured)
                    / (counted.measured - 1)
                ) / 3.6e9
    end::double as deviation,
    coalesce(counted.no_ticket, 0)::bigint as left_out_no_ticket,
    coalesce(counted.not_escalated, 0)::bigint as left_out_not_escalated,
    coalesce(counted.reversed_times, 0)::bigint as left_out_reversed_times,
from asked
left join counted on asked.window_id = counted.window_id
order by asked.window_id
