-- title: Engagement SLA
-- definition: In the last full month at least $engaged_share of the P1s were engaged at most $engage_minutes minutes after
--   detection; with one half that says that the median was in time. It holds for the whole organisation: when nobody
--   comes in time, no release should add work. When more than a fifth of the month's P1s have no engagement recorded,
--   nobody can tell. A month without a P1 passes.
-- grain: one row per failing change; of named changes also what was measured where the SLA was met
-- leaves out: incidents engaged before they were detected; incidents whose severity is unknown
-- resolver: the incident commanders on duty
-- needs: changes, incidents
-- default: block
-- order: 40
-- thresholds: engaged_share 0.5 0..1
-- params: as_of timestamptz, change_ids varchar[], month_start timestamptz, month_end timestamptz, engage_minutes double,
--   engaged_share double, time_zone varchar
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with incident as (
    select
        engage_state,
        case
            when engage_state = 'engaged' then engage_minutes <= $engage_minutes
            when engage_state = 'waiting' and waiting_minutes > $engage_minutes then false
        end as is_in_time,
    from incidents_in($month_start, $month_end, $as_of, null, null)
    where severity_counted = 1
),

counted as (
    select
        count(*) filter (where is_in_time) as in_time,
        count(is_in_time) as decided,
        count(*) filter (where engage_state in ('not recorded', 'day only')) as not_recorded,
        strftime($month_start at time zone $time_zone, '%B %Y') as month_words,
    from incident
),

failing as (
    select
        case
            when not covers('incidents', $month_start, $month_end, $as_of) then 'cannot tell'
            when not_recorded > 0.2 * (decided + not_recorded) then 'cannot tell'
            when in_time < $engaged_share * decided then 'fail'
            when $change_ids is not null then 'measured'
        end as state,
        case
            when not covers('incidents', $month_start, $month_end, $as_of)
                then 'No export covers the incidents of ' || month_words || '.'
            when not_recorded > 0.2 * (decided + not_recorded)
                then
                    'For ' || not_recorded || ' of the ' || (decided + not_recorded) || ' P1s of ' || month_words
                    || ' no time of engagement is recorded.'
            when decided = 0 then 'No P1 was opened in ' || month_words || '.'
            else
                in_time || ' of the ' || decided || ' P1s of ' || month_words || ' were engaged within '
                || format('{:g} min', $engage_minutes::double) || '; ' || format('{:.0f} %', 100 * $engaged_share)
                || ' have to be.'
        end as reason,
    from counted
)

select
    change.change_id::varchar as change_id,
    failing.state::varchar as state,
    failing.reason::varchar as reason,
    'the incident commanders on duty'::varchar as resolver,
    null::varchar as service,
from changes_at($as_of, $change_ids) as change
cross join failing
where failing.state is not null
