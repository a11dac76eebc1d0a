-- title: The windows that are asked about
-- definition: The windows of $windows, one row each, with what the exports cover of them. `covered` is false where some
--   needed table's records vouch for nothing in the window, as known at its as_of, or a gap takes more than a fifth of it: a
--   count there is missing, not zero. `partial` when as_of or the records of a table cover only part of it, or it has a gap. `seen_until` is the earlier of the window's end
--   and its as_of.
-- grain: one row per window
-- makes: macro
-- columns: window_id bigint, starts_at timestamptz, ends_at timestamptz, as_of timestamptz, seen_until timestamptz,
--   covered boolean, partial boolean
create or replace macro windows_of(windows, needed) as table
with span as (
    select unnest(windows, recursive := true)
),

coverage as (
    select
        count(first_at) >= len(needed) as is_known,
        max(first_at) as first_at,
        min(last_at) as last_at,
    from fact_coverage
    where list_contains(needed, table_name)
),

gap as (
    select
        span.id,
        fact_gaps.table_name,
        sum(
            epoch_us(least(fact_gaps.ends_at, span."end", span.as_of))
            - epoch_us(greatest(fact_gaps.starts_at, span."start"))
        ) as lost,
    from span
    inner join fact_gaps
        on fact_gaps.starts_at < least(span."end", span.as_of) and fact_gaps.ends_at > span."start"
    where list_contains(needed, fact_gaps.table_name) and fact_gaps.known_at <= span.as_of
    group by span.id, fact_gaps.table_name
),

lost as (
    select
        id,
        max(lost) as lost,
    from gap
    group by id
)

select
    span.id::bigint as window_id,
    span."start"::timestamptz as starts_at,
    span."end"::timestamptz as ends_at,
    span.as_of::timestamptz as as_of,
    least(span."end", span.as_of)::timestamptz as seen_until,
    coalesce(
        coverage.is_known
        and coverage.first_at < span."end"
        and coverage.first_at <= span.as_of
        and coverage.last_at >= span."start"
        and span."start" <= span.as_of
        and coalesce(lost.lost <= 0.2 * (epoch_us(least(span."end", span.as_of)) - epoch_us(span."start")), true),
        false
    ) as covered,
    coalesce(
        span."end" > span.as_of
        or coverage.first_at > span."start"
        or coverage.last_at < span."end"
        or not coverage.is_known
        or coalesce(lost.lost, 0) > 0,
        true
    ) as partial,
from span
cross join coverage
left join lost on span.id = lost.id
