-- title: An end of a score's interval
-- definition: Lower (side -1) or upper (side 1) end of the 90 % interval of an NPS by the adjusted Wald method (B. Rocks, 2016,
--   The American Statistician 70, 365-372), centred on the score with three neutral answers added: around the plain score it
--   would miss too often where answers are few. Where accounts answered more than once the larger of this variance and the
--   one over accounts counts. NULL without answers.
-- makes: macro
-- columns: nps_limit double
create or replace macro nps_limit(side, answers, promoters, detractors, accounts, account_spread) as (
    case
        when answers > 0
            then least(100, greatest(-100,
                100 * ((promoters + 0.75) / (answers + 3) - (detractors + 0.75) / (answers + 3))
                + side * 164.48536 * sqrt(greatest(
                    (
                        (promoters + 0.75) / (answers + 3) + (detractors + 0.75) / (answers + 3)
                        - ((promoters + 0.75) / (answers + 3) - (detractors + 0.75) / (answers + 3)) ** 2
                    ) / (answers + 3),
                    if(
                        accounts between 2 and answers - 1,
                        accounts / (accounts - 1) * account_spread / answers ** 2,
                        0
                    )
                ))
            ))
    end
);
