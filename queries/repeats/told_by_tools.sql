-- title: Do tools themselves tell repeats
-- definition: Whether a figure of the repeats of the window is known whatever people decide: `told` is true where a tool
--   that names the problem, the root cause or the earlier incident of any of its incidents has one in the window, or the
--   window has none; NULL where no tool does so at all. `sources` are the tools of the window's incidents.
-- grain: one row
-- params: start timestamptz, end timestamptz, as_of timestamptz, services varchar[], teams varchar[], severities bigint[]
-- columns: told boolean, sources varchar[]
with telling as (
    select distinct source
    from incidents
    where repeat_of is not null or problem_id is not null or root_cause_id is not null
),

seen as (
    select
        incident.source,
        exists(select 1 from telling where telling.source is not distinct from incident.source) as tells,
    from fact_incidents as incident
    where
        incident.opened_at >= $start
        and incident.opened_at < $end
        and incident.opened_at <= $as_of
        and accepts($services, incident.service)
        and accepts($teams, incident.team)
        and accepts($severities, incident.severity_counted)
    group by incident.source
)

select
    case when exists (select 1 from telling) then coalesce(bool_or(tells), true) end::boolean as told,
    coalesce(list(source order by source), [])::varchar[] as sources,
from seen
