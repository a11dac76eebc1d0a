-- The customer list, in canonical column names.
select
    account_id(copy, account) as account_id,
    concat(
        one_of((select account_first from texts), account), ' ',
        one_of((select account_second from texts), account * 7 + account // len((select account_first from texts))),
        case when copy > 0 then concat(' ', copy + 1) end
    ) as name,
    segment,
    value as annual_value
from accounts
order by copy, account
