-- title: Error budget
-- definition: Every service the change touches has error budget left in the current quarter: of the requests that may fail
--   in the whole quarter, 1 - objective of those expected by its end ($availability where the endpoint has no objective of
--   its own), more than $error_budget_left are still to
--   spend. Core services have to be measured; others are judged where they are. A service whose newest measurement is
--   older than $error_budget_days days cannot be judged.
-- grain: one row per failing change and service; of named changes also what was measured of every touched service
-- leaves out: intervals without valid requests; intervals that claim more good than valid requests
-- resolver: the reliability team
-- needs: changes, availability
-- default: block
-- order: 30
-- thresholds: error_budget_left 0 0..1, error_budget_days 7 1..366
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[], availability double,
--   quarter_start timestamptz, quarter_end timestamptz, error_budget_left double, error_budget_days double,
--   time_zone varchar
-- columns: change_id varchar, state varchar, reason varchar, resolver varchar, service varchar
with measured as (
    select
        service,
        total,
        total - good as bad,
        (1 - coalesce(objective, $availability)) * total as allowed,
        interval_end,
        interval_start >= $quarter_start and interval_start < $quarter_end as is_in_quarter,
    from availability
    where interval_end <= $as_of and total > 0 and good between 0 and total
),

added_up as (
    select
        service,
        sum(allowed) filter (where is_in_quarter) as allowed,
        sum(bad) filter (where is_in_quarter) as bad,
        minutes_between($quarter_start, least(max(interval_end) filter (where is_in_quarter), $quarter_end))
            as elapsed_minutes,
        max(interval_end) as newest_at,
    from measured
    group by service
),

budget as (
    select
        service,
        newest_at,
        -- Nothing measured yet in this quarter: nothing is spent. Rounded, so that a budget spent to the last request is
        -- exactly 1, however many intervals it was added up from.
        coalesce(
            round(
                bad / nullif(
                    allowed * minutes_between($quarter_start, $quarter_end)
                    / nullif(elapsed_minutes, 0), 0
                ), 9
            ), 0
        ) as spent,
    from added_up
),

judged as (
    select
        touched.change_id,
        touched.service,
        budget.spent,
        budget.newest_at,
        case
            when budget.service is null and accepts($core_services, touched.service) then 'not measured'
            when budget.service is null then 'no objective'
            when minutes_between(budget.newest_at, $as_of) > $error_budget_days * 1440 then 'stale'
            when 1 - budget.spent > $error_budget_left then 'left'
            else 'spent'
        end as verdict,
    from touches_at($as_of, $change_ids) as touched
    left join budget on touched.service = budget.service
),

failing as (
    select
        change_id,
        if(verdict = 'spent', 'fail', 'cannot tell') as state,
        case verdict
            when 'not measured' then 'The availability of ' || service || ' is not measured.'
            when 'stale'
                then
                    'The availability of ' || service || ' was last measured on '
                    || day_words(newest_at, $time_zone) || '.'
            else
                service || ' has spent ' || format('{:.0f} %', 100 * spent) || ' of this quarter''s error budget'
                || if(
                    $error_budget_left > 0,
                    '; ' || format('{:.0f} %', 100 * $error_budget_left) || ' have to be left', ''
                )
                || '. A new one begins on ' || day_words($quarter_end, $time_zone) || '.'
        end as reason,
        service,
    from judged
    where verdict in ('not measured', 'stale', 'spent')
    union all
    select
        change_id,
        'measured' as state,
        if(
            verdict = 'no objective',
            'The availability of ' || service || ' is not measured, and it is no core service.',
            service || ' has ' || format('{:.0f} %', 100 * (1 - spent)) || ' of this quarter''s error budget left, to '
            || day_words($quarter_end - to_microseconds(1), $time_zone) || '.'
        ) as reason,
        service,
    from judged
    where $change_ids is not null and verdict in ('left', 'no objective')
    union all
    select
        change_id,
        'cannot tell' as state,
        'The change names no service, so nobody can tell whose error budget it spends.' as reason,
        null as service,
    from nameless_at($as_of, $change_ids)
)

select
    unnest(hold_of(failing)),
    'the reliability team'::varchar as resolver,
    service::varchar as service,
from failing
