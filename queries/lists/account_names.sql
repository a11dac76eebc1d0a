-- title: Accounts by name
-- definition: Customers whose name or id holds the search text; case does not matter, no character stands for another.
-- grain: one row per account, in order of name
-- params: search varchar, limit bigint
-- columns: account_id varchar, name varchar, segment varchar
select
    account_id::varchar as account_id,
    max(name)::varchar as name,
    max(segment)::varchar as segment,
from accounts
where
    account_id is not null
    and (
        contains(lower(coalesce(name, '')), lower(coalesce($search::varchar, '')))
        or contains(lower(account_id), lower(coalesce($search::varchar, '')))
    )
group by account_id
order by name nulls last, account_id
limit $limit
