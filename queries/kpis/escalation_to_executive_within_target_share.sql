-- title: Repeats that reached an executive within the target
-- definition: Share of escalated repeat incidents opened in the window of which a ticket reached an executive at most
--   $executive_hours hours after the incident opened. An escalated repeat that never did, or does so later, counts as
--   missed; one still younger is undecided.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: repeats that were not escalated at all; reached an executive before the incident opened
-- table: incidents, tickets
-- rows: rows/escalation_to_executive
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[],
--   executive_hours double
-- columns: value double, n bigint, open bigint, numerator double, denominator double, left_out_not_escalated bigint,
--   left_out_reversed_times bigint
with repeat as (
    select
        is_escalated,
        escalated_executive_at,
        minutes_between(opened_at, escalated_executive_at) / 60 as hours,
        minutes_between(opened_at, $as_of) / 60 as age_hours,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where is_repeat
),

judged as (
    select
        is_escalated,
        hours < 0 as is_reversed,
        case
            when hours >= 0 then hours <= $executive_hours
            when is_escalated and escalated_executive_at is null and age_hours > $executive_hours then false
        end as is_in_time,
        is_escalated and escalated_executive_at is null and age_hours <= $executive_hours as is_undecided,
    from repeat
),

counted as (
    select
        count(*) filter (where is_in_time) as in_time,
        count(is_in_time) as decided,
        count(*) filter (where is_undecided) as undecided,
        count(*) filter (where not is_escalated) as not_escalated,
        count(*) filter (where is_reversed) as reversed_times,
    from judged
)

select
    (in_time / nullif(decided, 0))::double as value,
    decided::bigint as n,
    undecided::bigint as open,
    in_time::double as numerator,
    decided::double as denominator,
    not_escalated::bigint as left_out_not_escalated,
    reversed_times::bigint as left_out_reversed_times,
from counted
