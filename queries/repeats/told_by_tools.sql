-- title: Incidents whose tools state what they repeat
-- definition: Incidents of the window of which the tool itself names a problem, a root cause or what they repeat. Where
--   there is one, repeats of the window are known whatever people decide.
-- grain: one row
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[]
-- columns: incidents bigint
select count(*)::bigint as incidents,
from incidents_in($start, $end, $as_of, $services, $teams)
where repeat_of is not null or problem_id is not null or root_cause_id is not null
