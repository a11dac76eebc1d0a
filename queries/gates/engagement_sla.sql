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
-- fails late: {decided:The only P1 of {month_start:month} was not|{in_time:None|1|#} of the # P1s of
--   {month_start:month} {in_time:was|was|were}} engaged within {engage_minutes:minutes}; {engaged_share:share} have to be.
-- cannot tell no export: No export covers the incidents of {month_start:month}.
-- cannot tell not recorded: {p1s:The only P1|{not_recorded} of the # P1s} of {month_start:month}
--   {not_recorded:has|have} no time of engagement recorded.
-- passes no incident: No P1 was opened in {month_start:month}.
-- passes all in time: {decided:The only P1|Each of the # P1s} of {month_start:month} was engaged within
--   {engage_minutes:minutes}.
-- passes in time: {in_time} of the {decided} P1s of {month_start:month} {in_time:was|were} engaged within
--   {engage_minutes:minutes}; {engaged_share:share} have to be.
-- params: as_of timestamptz, change_ids varchar[], month_start timestamptz, month_end timestamptz, engage_minutes double,
--   engaged_share double
-- columns: change_id varchar, verdict varchar, service varchar, in_time bigint, decided bigint, not_recorded bigint,
--   p1s bigint
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
        decided + not_recorded as p1s,
        case
            when not covers('incidents', $month_start, $month_end, $as_of) then 'no export'
            when not_recorded > 0.2 * p1s then 'not recorded'
            when in_time < $engaged_share * decided then 'late'
            when decided = 0 then 'no incident'
            when in_time = decided then 'all in time'
            else 'in time'
        end as verdict,
    from incident
)

select
    change.change_id::varchar as change_id,
    counted.verdict::varchar as verdict,
    null::varchar as service,
    counted.in_time::bigint as in_time,
    counted.decided::bigint as decided,
    counted.not_recorded::bigint as not_recorded,
    counted.p1s::bigint as p1s,
from changes_at($as_of, $change_ids) as change
cross join counted
where $change_ids is not null or counted.verdict in ('no export', 'not recorded', 'late')
