-- title: Unix seconds of text
-- definition: ISO 8601 with or without an offset, or Unix seconds, milliseconds, microseconds or nanoseconds, distinguished by
--   their length. Without an offset it is what the clock on the wall shows. Anything else is NULL.
-- grain: an expression over `value`
-- columns: at_written bigint, is_local boolean
select
    case
        when
            regexp_matches(
                trim(value),
                '^[0-9]{4}(-[0-9]{2}){2}[T ]([01][0-9]|2[0-3])(:[0-5][0-9]){2}([.,][0-9]+)?(Z|[+-][0-9]{2}:?[0-9]{2})?$'
            )
            then
                cast(epoch(try_cast(replace(substr(trim(value), 1, 19), 'T', ' ') as timestamp)) as bigint)
                - case
                    -- From the twentieth character on there are only fractions and an offset.
                    when regexp_matches(substr(trim(value), 20), '[+-]')
                        then
                            case when regexp_matches(substr(trim(value), 20), '[+]') then 1 else -1 end
                            * (
                                3600 * try_cast(regexp_extract(trim(value), '([0-9]{2}):?[0-9]{2}$', 1) as bigint)
                                + 60 * try_cast(regexp_extract(trim(value), '([0-9]{2})$', 1) as bigint)
                            )
                    else 0
                end
        when regexp_matches(value, '^ *[0-9]{1,10}([.][0-9]*)? *$')
            then try_cast(split_part(trim(value), '.', 1) as bigint)
        when regexp_matches(value, '^ *[0-9]{11,13}([.][0-9]*)? *$')
            then try_cast(split_part(trim(value), '.', 1) as bigint) // 1000
        when regexp_matches(value, '^ *[0-9]{14,16}([.][0-9]*)? *$')
            then try_cast(split_part(trim(value), '.', 1) as bigint) // 1000000
        when regexp_matches(value, '^ *[0-9]{17,19} *$')
            then try_cast(trim(value) as bigint) // 1000000000
    end as at_written,
    coalesce(
        regexp_matches(value, '^ *[0-9]{4}-') and not regexp_matches(substr(trim(value), 20), '[Z+-]'), false
    ) as is_local,
from raw
