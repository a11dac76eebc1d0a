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
-- fails spent: {service} has spent {spent:share} of this quarter's error budget. A new one begins on {quarter_end}.
-- fails too little left: {service} has spent {spent:share} of this quarter's error budget; more than
--   {error_budget_left:share} must be left. A new one begins on {quarter_end}.
-- cannot tell not measured: The availability of {service} is not measured.
-- cannot tell stale: The availability of {service} was last measured on {newest_at}.
-- cannot tell nameless: The change names no service, so nobody can tell whose error budget it spends.
-- passes left: {service} has {unspent:share} of its error budget left for the quarter to {quarter_end:last day}.
-- passes no objective: {service} is not a core service, and its availability is not measured.
-- params: as_of timestamptz, change_ids varchar[], core_services varchar[], availability double,
--   quarter_start timestamptz, quarter_end timestamptz, error_budget_left double, error_budget_days double
-- columns: change_id varchar, verdict varchar, service varchar, spent double, unspent double, newest_at timestamptz
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
        1 - budget.spent as unspent,
        budget.newest_at,
        case
            when budget.service is null and accepts($core_services, touched.service) then 'not measured'
            when budget.service is null then 'no objective'
            when minutes_between(budget.newest_at, $as_of) > $error_budget_days * 1440 then 'stale'
            when unspent > $error_budget_left then 'left'
            when $error_budget_left > 0 then 'too little left'
            else 'spent'
        end as verdict,
    from touches_at($as_of, $change_ids) as touched
    left join budget on touched.service = budget.service
    union all by name
    select change_id, 'nameless' as verdict, from nameless_at($as_of, $change_ids)
)

select
    unnest(verdict_of(judged)),
    spent::double as spent,
    unspent::double as unspent,
    newest_at::timestamptz as newest_at,
from judged
where $change_ids is not null or verdict not in ('left', 'no objective')
