-- title: Incidents that look like one of another tool
-- definition: Per export how many of its incidents opened up to 15 minutes after one of another tool for the same service: they
--   may be the same outages, counted twice. Listed from 3 that are a quarter of the file's, and twice as many as there
--   are a day later, which is what chance gives. Pairs of which somebody said that they are not the same are none.
-- grain: one row per export
-- makes: table fact_look_alikes
-- columns: file varchar, rows bigint, others varchar[]
with tool as (
    select
        source,
        coalesce(source, '') as tool_key,
        row_number() over (order by coalesce(source, '')) as tool_number,
    from incidents
    group by source
),

sized as (
    select source_file, count(*) as kept, from incidents group by source_file
),

-- Most organisations have no such file. What finds that out is narrow: of look-alikes it may see a few too many, of those
-- by chance a few too little.
in_order as (
    select
        incidents.source_file,
        hash(lower(trim(incidents.service))) as place,
        epoch(incidents.opened_at)::bigint as opened,
        tool.tool_number,
    from incidents
    inner join tool on incidents.source is not distinct from tool.source
    where incidents.service is not null and incidents.opened_at is not null and (select count(source) > 1 from tool)
),

beside as (
    select
        *,
        lag(opened) over (partition by place order by opened, tool_number) as opened_before,
        lag(tool_number) over (partition by place order by opened, tool_number) as tool_before,
    from in_order
),

-- The last one of another tool is the one before the first of those that this tool has in a row.
after_another as (
    select
        source_file,
        place,
        opened,
        tool_number,
        last_value(if(tool_before <> tool_number, opened_before, null) ignore nulls) over (
            partition by place
            order by opened, tool_number
            rows between unbounded preceding and current row
        ) as opened_elsewhere,
    from beside
),

near_another as (
    select source_file, count(*) as alike
    from after_another
    where opened - opened_elsewhere <= 900
    group by source_file
),

near_by_chance as (
    select moved.source_file, count(*) as by_chance
    from in_order as moved
    asof inner join after_another as earlier
        on moved.place = earlier.place and moved.opened - 86400 > earlier.opened
    where
        moved.opened - 86400 - if(
            moved.tool_number = earlier.tool_number, earlier.opened_elsewhere, earlier.opened
        ) <= 900
    group by moved.source_file
),

possible as (
    select near_another.source_file,
    from near_another
    inner join sized on near_another.source_file = sized.source_file
    left join near_by_chance on near_another.source_file = near_by_chance.source_file
    where
        near_another.alike >= 3
        and near_another.alike * 4 >= sized.kept
        and near_another.alike > 2 * coalesce(near_by_chance.by_chance, 0)
),

incident as (
    select
        source,
        coalesce(source, '') as tool_key,
        incident_id,
        source_file,
        lower(trim(service)) as service,
        epoch(opened_at)::bigint as opened,
    from incidents
    where service is not null and opened_at is not null and (select count(*) > 0 from possible)
),

-- Against each other tool, for its own time and for a day before. Of two that opened at once, one is the copy.
held_against as (
    select
        incident.source,
        incident.incident_id,
        incident.source_file,
        incident.service,
        incident.opened - shift as opened,
        incident.opened - shift - if(coalesce(incident.source > tool.source, false), 0, 1) as latest,
        tool.source as other,
        tool.tool_key,
        shift > 0 as is_moved,
    from incident
    inner join tool on incident.source is distinct from tool.source
    cross join (select unnest([0, 86400]) as shift)
    where incident.source_file in (select source_file from possible)
),

judged as (
    select distinct source, incident_id, from decided_pairs()
),

-- The last one before is enough, and there may be thousands in a quarter of an hour.
nearest as (
    select held_against.*,
    from held_against
    asof inner join incident as earlier
        on
            held_against.service = earlier.service
            and held_against.tool_key = earlier.tool_key
            and held_against.latest >= earlier.opened
    left join judged
        on held_against.source is not distinct from judged.source and held_against.incident_id = judged.incident_id
    where
        held_against.opened - earlier.opened <= 900
        and (held_against.is_moved or judged.incident_id is null)
),

-- Of those that somebody judged, the one before may be another one: they are few.
looked_at_again as (
    select held_against.*,
    from held_against
    inner join judged
        on held_against.source is not distinct from judged.source and held_against.incident_id = judged.incident_id
    inner join incident as earlier
        on held_against.service = earlier.service and held_against.tool_key = earlier.tool_key
    anti join decided_pairs() as decided
        on
            held_against.source is not distinct from decided.source
            and held_against.incident_id = decided.incident_id
            and earlier.source is not distinct from decided.partner_source
            and earlier.incident_id = decided.partner_id
    where
        not held_against.is_moved
        and held_against.latest >= earlier.opened
        and held_against.opened - earlier.opened <= 900
),

matched as (
    select * from nearest
    union all
    select * from looked_at_again
),

counted as (
    select
        source_file,
        count(distinct incident_id) filter (where not is_moved) as alike,
        count(distinct incident_id) filter (where is_moved) as by_chance,
        list_sort(list(distinct other) filter (where not is_moved)) as others,
    from matched
    group by source_file
)

select
    counted.source_file::varchar as file,
    counted.alike::bigint as "rows",
    counted.others::varchar[] as others,
from counted
inner join sized on counted.source_file = sized.source_file
where counted.alike >= 3 and counted.alike * 4 >= sized.kept and counted.alike > 2 * counted.by_chance
