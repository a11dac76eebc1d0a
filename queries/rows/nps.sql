-- title: The answers behind: NPS
-- definition: Every survey answer given in the window: +1 promoter, 0 passive, -1 detractor; and every answer without a
--   date, which belongs to no window and is not counted.
-- grain: one row per answer, newest first
-- params: start timestamptz, end timestamptz, as_of timestamptz, limit bigint
-- columns: response_id varchar, responded_at timestamptz, score bigint, account_id varchar, segment varchar,
--   comment varchar, contributes double, left_out varchar, source varchar, source_file varchar, source_line bigint
with answer as (
    select
        * exclude (who),
        case when point is null then 'outside 0 to 10' end as left_out,
    from nps_in($start, $end, $as_of)
    union all
    select
        *,
        null::bigint as point,
        'no date' as left_out,
    from nps_responses
    where responded_at is null
)

select
    response_id::varchar as response_id,
    responded_at::timestamptz as responded_at,
    score::bigint as score,
    account_id::varchar as account_id,
    segment::varchar as segment,
    comment::varchar as comment,
    point::double as contributes,
    left_out::varchar as left_out,
    unnest(source_of(answer)),
from answer
order by responded_at desc nulls last, response_id
limit $limit
