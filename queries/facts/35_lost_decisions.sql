-- title: Decisions about numbers that are no id any more
-- definition: What people decided about repeats and outages while one sheet or file counted its incidents: "1". Since another one
--   counts, too, each is read with its name before it ("Q3 1"), and which was meant is not known: such decisions count for
--   nothing. Listed with the first export that has the number.
-- grain: one row per export
-- makes: table fact_lost_decisions
-- columns: file varchar, decisions bigint, numbers varchar[]
with decided as (
    select
        'repeat' as kind,
        *,
    from repeat_decisions
    union all by name
    select
        'outage' as kind,
        *,
    from outage_decisions
),

named as (
    select
        kind,
        entry_id,
        source,
        incident_id,
    from decided
    where regexp_full_match(incident_id, '(#|[Nn][or]\.?)?\s*\d{1,6}\.?')
    union all
    select
        kind,
        entry_id,
        partner_source as source,
        partner_id as incident_id,
    from decided
    where regexp_full_match(partner_id, '(#|[Nn][or]\.?)?\s*\d{1,6}\.?')
),

lost as (
    select
        named.kind,
        named.entry_id,
        named.incident_id,
        min(incidents.source_file) as file,
    from named
    inner join incidents
        on
            named.source is not distinct from incidents.source
            and named.incident_id = regexp_extract(incidents.incident_id, ' ((#|[Nn][or]\.?)?\s*\d{1,6}\.?)$', 1)
    anti join incidents as still
        on named.source is not distinct from still.source and named.incident_id = still.incident_id
    group by all
)

select
    file::varchar as file,
    count(distinct concat(kind, ' ', entry_id))::bigint as decisions,
    list_sort(list(distinct incident_id))::varchar[] as numbers,
from lost
group by file
