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

reach as (
    select
        count(first_at) >= len(needed) as is_known,
        max(first_at) as first_at,
        min(last_at) as last_at,
        list(gaps) filter (where gaps <> []) as gaps_by_table,
    from fact_reach
    where list_contains(needed, table_name)
),

held as (
    select
        span.*,
        reach.*,
        epoch_us(least(span."end", span.as_of)) - epoch_us(span."start") as seen,
        -- Of several tables, what the one lacks that lacks most.
        coalesce(
            list_max(list_transform(
                reach.gaps_by_table,
                lambda gaps: list_sum(list_transform(
                    gaps,
                    lambda gap: case
                        when gap.known_at <= span.as_of
                            then greatest(
                                epoch_us(least(gap.ends_at, span."end", span.as_of))
                                - epoch_us(greatest(gap.starts_at, span."start")),
                                0
                            )
                    end
                ))
            )),
            0
        ) as lost,
    from span
    cross join reach
)

select
    id::bigint as window_id,
    "start"::timestamptz as starts_at,
    "end"::timestamptz as ends_at,
    as_of::timestamptz as as_of,
    least("end", as_of)::timestamptz as seen_until,
    coalesce(
        is_known
        and first_at < "end"
        and first_at <= as_of
        and last_at >= "start"
        and "start" <= as_of
        and (lost = 0 or lost <= 0.2 * seen),
        false
    ) as covered,
    coalesce(
        "end" > as_of
        or first_at > "start"
        or last_at < "end"
        or not is_known
        or lost > 0,
        true
    ) as partial,
from held
