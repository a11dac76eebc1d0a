-- title: P1 engaged within the target
-- definition: Share of P1 incidents opened in the window that a responder engaged at most $engage_minutes minutes after
--   detection (else opening). One that waits longer than that counts as missed; one still younger is undecided.
-- grain: one row
-- unit: share
-- better: higher
-- leaves out: incidents that were over without an engagement recorded; engaged before detected; incidents whose severity is unknown
-- table: incidents
-- rows: rows/engaged_within_target
-- adds up: share
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], engage_minutes double
-- columns: value double, n bigint, open bigint, numerator double, denominator double, left_out_not_recorded bigint,
--   left_out_reversed_times bigint, left_out_severity_unknown bigint
with incident as (
    select
        severity_counted,
        engage_state,
        case
            when engage_state = 'engaged' then engage_minutes <= $engage_minutes
            when engage_state = 'waiting' and waiting_minutes > $engage_minutes then false
        end as is_in_time,
    from incidents_in($start, $end, $as_of, $services, $teams)
    where severity_counted = 1 or severity_counted is null
),

counted as (
    select
        count(*) filter (where severity_counted = 1 and is_in_time) as in_time,
        count(is_in_time) filter (where severity_counted = 1) as decided,
        count(*) filter (where severity_counted = 1 and engage_state = 'waiting' and is_in_time is null) as undecided,
        count(*) filter (where severity_counted = 1 and engage_state = 'not recorded') as not_recorded,
        count(*) filter (where severity_counted = 1 and engage_state = 'reversed times') as reversed_times,
        count(*) filter (where severity_counted is null) as severity_unknown,
    from incident
)

select
    (in_time / nullif(decided, 0))::double as value,
    decided::bigint as n,
    undecided::bigint as open,
    in_time::double as numerator,
    decided::double as denominator,
    not_recorded::bigint as left_out_not_recorded,
    reversed_times::bigint as left_out_reversed_times,
    severity_unknown::bigint as left_out_severity_unknown,
from counted
