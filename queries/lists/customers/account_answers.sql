-- title: The answers of an account
-- definition: Scored survey answers that a customer gave in the window, with what was written.
-- grain: one row per answer, newest first
-- params: account_id varchar, start timestamptz, end timestamptz, as_of timestamptz, limit bigint
-- columns: response_id varchar, responded_at timestamptz, score bigint, kind varchar, comment varchar, source varchar,
--   source_file varchar, source_line bigint
select
    response_id::varchar as response_id,
    responded_at::timestamptz as responded_at,
    score::bigint as score,
    case point when 1 then 'promoter' when 0 then 'passive' else 'detractor' end::varchar as kind,
    nullif(trim(comment), '')::varchar as comment,
    source::varchar as source,
    source_file::varchar as source_file,
    source_line::bigint as source_line,
from nps_in($start, $end, $as_of)
where account_id = $account_id and point is not null
order by responded_at desc, response_id
limit $limit
