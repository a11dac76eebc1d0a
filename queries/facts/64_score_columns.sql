-- title: A Net Promoter Score with what it was counted from
-- definition: The columns of a score as one struct to unnest. `counted` is a row of scores_of.
-- grain: one struct
-- makes: macro
-- columns: value double, n bigint, promoters bigint, passives bigint, detractors bigint, accounts bigint,
--   account_spread double
create or replace macro score_columns(counted) as {
    'value': counted.score::double,
    'n': counted.answers::bigint,
    'promoters': counted.promoters::bigint,
    'passives': counted.passives::bigint,
    'detractors': counted.detractors::bigint,
    'accounts': counted.accounts::bigint,
    'account_spread': counted.account_spread::double
}
