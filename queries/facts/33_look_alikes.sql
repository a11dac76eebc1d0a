-- title: Incidents that look like one of another tool
-- definition: Per export how many of its incidents opened up to 15 minutes after one of another tool for the same service: they
--   may be the same outages, counted twice. Listed from 3 that are a quarter of the file's, and twice as many as there
--   are a day later, which is what chance gives. Pairs of which somebody said that they are not the same are none.
-- grain: one row per export
-- makes: table fact_look_alikes
-- columns: file varchar, rows bigint, others varchar[]
with incident as (
    select
        source,
        incident_id,
        source_file,
        lower(trim(service)) as service,
        epoch(opened_at)::bigint as opened,
    from incidents
    where service is not null and (select count(distinct source) > 1 from incidents)
),

-- Each incident stands where it opened and a day later, in its quarter of an hour and the next.
earlier as (
    select
        source,
        incident_id,
        service,
        opened + shift as opened,
        shift > 0 as is_moved,
        (opened + shift) // 900 + step as slot,
    from incident
    cross join (select unnest([0, 86400]) as shift)
    cross join (select unnest([0, 1]) as step)
),

matched as (
    select
        incident.source_file,
        incident.incident_id,
        earlier.source as other,
        earlier.is_moved,
    from incident
    inner join earlier on incident.service = earlier.service and incident.opened // 900 = earlier.slot
    anti join decided_pairs() as decided
        on
            not earlier.is_moved
            and incident.source is not distinct from decided.source
            and incident.incident_id = decided.incident_id
            and earlier.source is not distinct from decided.partner_source
            and earlier.incident_id = decided.partner_id
    where
        incident.source is distinct from earlier.source
        and incident.opened - earlier.opened between 0 and 900
        -- Of two that opened at once, one is the copy.
        and (incident.opened > earlier.opened or incident.source > earlier.source)
),

counted as (
    select
        source_file,
        count(distinct incident_id) filter (where not is_moved) as alike,
        count(distinct incident_id) filter (where is_moved) as by_chance,
        list_sort(list(distinct other) filter (where not is_moved)) as others,
    from matched
    group by source_file
),

sized as (
    select source_file, count(*) as kept, from incidents group by source_file
)

select
    counted.source_file::varchar as file,
    counted.alike::bigint as "rows",
    counted.others::varchar[] as others,
from counted
inner join sized on counted.source_file = sized.source_file
where counted.alike >= 3 and counted.alike * 4 >= sized.kept and counted.alike > 2 * counted.by_chance
