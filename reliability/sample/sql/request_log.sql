-- One file of a request log: $rows requests from the number $first on, spread over $seconds from $start (Unix seconds).
-- With $dirty: rows that come up to three hours late, some written twice in this file or again in the next one, clocks that
-- stand at 1970 or run ahead to 2106, and endpoints that nobody serves.
with numbers as (
    select
        range as number,
        false as is_again,
    from range($first, $first + $rows)
    union all
    -- Written twice.
    select
        range as number,
        true as is_again,
    from range($first - $rows // 50, $first + $rows)
    where $dirty and range >= 0 and hash(range, $seed, 'again') % 200 = 0
),

drawn as (
    select
        number,
        is_again,
        (hash(number, $seed, 'place') % 1000)::bigint as place,
        (hash(number, $seed, 'fate') % 100000)::bigint as fate,
        hash(number, $seed, 'time') % 1000000 / 1e6 as quick,
        (hash(number, $seed, 'mess') % 10000)::bigint as mess,
        $start + (number - $first) * $seconds / $rows as due,
        (hash(number, $seed, 'order') % 5000) / 1e3 as jitter,
    from numbers
),

placed as (
    select
        *,
        case
            when place < 300 then 0
            when place < 520 then 1
            when place < 700 then 2
            when place < 860 then 3
            else 4
        end as popular,
    from drawn
)

select
    make_timestamp(
        (
            1e6 * case
                when $dirty and mess < 10 then number % 100000
                when $dirty and mess < 15 then 4300000000 + number % 100000
                when $dirty and mess < 115 then greatest(due - (mess - 15) * 108, 0)
                else due + jitter
            end
        )::bigint
    ) at time zone 'UTC' as ts,
    ['search', 'identity', 'orders-api', 'checkout-api', 'payments-gateway'][popular + 1] as service,
    case
        when $dirty and mess between 9900 and 9999 then ['/.env', '/wp-login.php', '/admin'][number % 3 + 1]
        else ['/v2/search', '/v2/token', '/v2/orders', '/v2/checkout', '/v2/payments'][popular + 1]
            || ['', '/status', '/items', '/export'][place % 4 + 1]
    end as endpoint,
    case
        when fate < 30 then [500, 502, 503, 504][number % 4 + 1]
        when fate < 1500 then [400, 401, 404, 429][number % 4 + 1]
        else 200
    end::integer as status,
    -- A long tail: half below 60 ms, one in a hundred above 600.
    round(20 + 40 * quick / (1.0 - 0.9985 * quick), 1)::double as duration_ms,
    printf('%016x', hash(number, $seed, 'id')) as request_id,
from placed
