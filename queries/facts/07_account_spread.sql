-- title: How far accounts lie from the score
-- definition: Over the accounts of a group, the squared sum of their answers' distances from the group's mean. An aggregate
--   of one row per account: `points` is the sum of its answers' points (+1, 0, -1), `answers` how many they are. With
--   the number of accounts it says how much less several answers of one account tell (A. C. Cameron and D. L. Miller,
--   2015, Journal of Human Resources 50, 317-372). Whole numbers are added, so threads may add them in any order. NULL without answers.
-- makes: macro
-- columns: account_spread double
create or replace macro account_spread(points, answers) as (
    case
        when sum(answers) > 0
            then greatest(
                0,
                sum(points * points)
                - 2 * sum(points) / sum(answers) * sum(points * answers)
                + (sum(points) / sum(answers)) ** 2 * sum(answers * answers)
            )
    end
);
