-- title: NPS answers before and after an issue
-- definition: Scored answers of the accounts that an issue hit: `before` in the year before it first hit the account, `after`
--   in the year from then on, and not after as_of. Answers of accounts it never hit are not here.
-- grain: one row per answer, oldest first
-- params: issue_id varchar, as_of timestamptz
-- columns: side varchar, responded_at timestamptz, score bigint, account_id varchar, response_id varchar, source varchar,
--   source_file varchar, source_line bigint
with first_hit as (
    select
        account_id,
        min(opened_at) as hit_at,
    from reached_by($issue_id, $as_of)
    group by account_id
)

select
    if(answer.responded_at < first_hit.hit_at, 'before', 'after')::varchar as side,
    answer.responded_at::timestamptz as responded_at,
    answer.score::bigint as score,
    answer.account_id::varchar as account_id,
    answer.response_id::varchar as response_id,
    answer.source::varchar as source,
    answer.source_file::varchar as source_file,
    answer.source_line::bigint as source_line,
from nps_in('-infinity'::timestamptz, 'infinity'::timestamptz, $as_of) as answer
inner join first_hit on answer.account_id = first_hit.account_id
where
    answer.point is not null
    and answer.responded_at >= first_hit.hit_at - interval 365 day
    and answer.responded_at < first_hit.hit_at + interval 365 day
order by answer.responded_at, answer.response_id, answer.source
