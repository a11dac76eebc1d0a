-- title: Incidents that may be one outage in two tools
-- definition: Pairs of incidents of two tools and one service that opened at most 15 minutes apart, the second of them in
--   [start, end): each with the nearest of the other tool. Nothing joins them until a person says so; pairs that the
--   warehouse was built with a decision about are left out. `waiting` is how many there are.
-- grain: one row per pair, the newest first
-- params: start timestamptz, end timestamptz, limit bigint
-- columns: source varchar, incident_id varchar, partner_source varchar, partner_id varchar, minutes_apart double,
--   opened_at timestamptz, service varchar, waiting bigint
with incident as (
    select
        source,
        incident_id,
        service,
        lower(trim(service)) as place,
        opened_at,
        epoch(opened_at)::bigint as opened,
    from incidents
    where service is not null and opened_at is not null
),

-- Each incident stands in its quarter of an hour and the next.
earlier as (
    select *, opened // 900 + step as slot
    from incident
    cross join (select unnest([0, 1]) as step)
),

pair as (
    select
        later.source,
        later.incident_id,
        earlier.source as partner_source,
        earlier.incident_id as partner_id,
        later.opened - earlier.opened as seconds_apart,
        later.opened_at,
        later.service,
    from incident as later
    inner join earlier on later.place = earlier.place and later.opened // 900 = earlier.slot
    where
        later.source is distinct from earlier.source
        and later.opened - earlier.opened between 0 and 900
        and (later.opened > earlier.opened or later.source > earlier.source)
        and later.opened_at >= $start
        and later.opened_at < $end
),

undecided as (
    select pair.*
    from pair
    anti join decided_pairs() as decided
        on
            pair.source is not distinct from decided.source
            and pair.incident_id = decided.incident_id
            and pair.partner_source is not distinct from decided.partner_source
            and pair.partner_id = decided.partner_id
),

placed as (
    select
        *,
        row_number() over (partition by source, incident_id, partner_source order by seconds_apart, partner_id)
            as place,
        row_number() over (partition by partner_source, partner_id, source order by seconds_apart, incident_id)
            as place_back,
    from undecided
)

select
    source::varchar as source,
    incident_id::varchar as incident_id,
    partner_source::varchar as partner_source,
    partner_id::varchar as partner_id,
    (seconds_apart / 60.0)::double as minutes_apart,
    opened_at::timestamptz as opened_at,
    service::varchar as service,
    (count(*) over ())::bigint as waiting,
from placed
where place = 1 and place_back = 1
order by opened_at desc, source, incident_id
limit $limit
