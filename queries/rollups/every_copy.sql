-- title: Rows of a log that carries no ids
-- definition: Nothing says whether two equal rows are one request or two: every row counts.
-- grain: one row per row of the log
-- columns: is_doubled boolean
select
    logs.*,
    false as is_doubled,
from logs
