-- title: Is the time between two stamps known to the day only
-- definition: True where the one or the other stamp is known to the day only (`day_only` of its row), unless the later one
--   was counted from the earlier: a length is exact, whatever it began with.
-- makes: macro
-- columns: is_by_day boolean
create or replace macro is_by_day(day_only, earlier, later) as (
    coalesce(
        list_has_any(day_only, [earlier, later])
        and not (
            list_contains(day_only, later || ' counted')
            and (earlier = 'opened_at' or list_contains(day_only, earlier || ' counted'))
        ),
        false
    )
);
