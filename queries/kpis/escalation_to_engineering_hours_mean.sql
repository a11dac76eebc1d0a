-- title: Repeats: mean hours from support to engineering
-- definition: Mean hours from the first support ticket of a repeat incident to its first escalation to engineering, of
--   repeats opened in the window. Repeats with a ticket that still wait are `open`. `deviation` is the standard
--   deviation of the hours, for the interval of their mean.
-- grain: one row
-- unit: hours
-- better: lower
-- leaves out: repeats without a ticket; repeats over without an escalation to engineering; escalated before the first ticket
-- table: incidents, tickets
-- rows: rows/escalation_to_engineering
-- adds up: mean
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: value double, n bigint, open bigint, deviation double, left_out_no_ticket bigint,
--   left_out_not_escalated bigint, left_out_reversed_times bigint
with repeat as (
    select
        first_ticket_at,
        escalated_engineering_at,
        recover_state,
        -- Whole microseconds add up the same in any order, doubles do not.
        epoch_us(escalated_engineering_at) - epoch_us(first_ticket_at) as waited_us,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat
),

counted as (
    select
        count(*) filter (where waited_us >= 0) as measured,
        sum(waited_us) filter (where waited_us >= 0) as waited_us,
        sum(waited_us::hugeint * waited_us) filter (where waited_us >= 0) as squares,
        count(*) filter (
            where first_ticket_at is not null and escalated_engineering_at is null and recover_state = 'open'
        ) as waiting,
        count(*) filter (where first_ticket_at is null) as without_ticket,
        count(*) filter (
            where first_ticket_at is not null and escalated_engineering_at is null and recover_state <> 'open'
        ) as not_escalated,
        count(*) filter (where waited_us < 0) as reversed_times,
    from repeat
)

select
    (waited_us / nullif(measured, 0) / 3.6e9)::double as value,
    measured::bigint as n,
    waiting::bigint as open,
    case
        when measured > 1
            then sqrt(greatest(0, squares - waited_us::double ** 2 / measured) / (measured - 1)) / 3.6e9
    end::double as deviation,
    without_ticket::bigint as left_out_no_ticket,
    not_escalated::bigint as left_out_not_escalated,
    reversed_times::bigint as left_out_reversed_times,
from counted
