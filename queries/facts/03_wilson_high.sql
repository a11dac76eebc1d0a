-- title: Upper end of a share's interval
-- definition: Upper end of the 90 % Wilson score interval of k out of n (E. B. Wilson, 1927, Journal of the American
--   Statistical Association 22, 209-212). NULL when n is 0.
-- makes: macro
-- columns: wilson_high double
create or replace macro wilson_high(k, n) as (
    case
        when n > 0
            then least(
                1,
                (k / n + 1.6448536 ** 2 / (2 * n) + 1.6448536 * sqrt(
                    k / n * (1 - k / n) / n + 1.6448536 ** 2 / (4 * n * n)
                )) / (1 + 1.6448536 ** 2 / n)
            )
    end
);
