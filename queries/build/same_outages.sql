-- title: One outage in two tools
-- definition: Rows of incidents that a row of another tool is the same outage as, because one names the other's id (or an
--   address that ends in it, or the other's own address) among its external ids. The one that opened first stays. A name joins two rows only if it is
--   the id of one other tool's incident; of a bare number, they must have opened within a day. Of several rows of one tool
--   that are tied to one row of another, the nearest in time is the same outage: a ticket that gathers the outages of a
--   month takes none of the others. What people decided of two rows goes before all of that.
-- grain: one row per row that another stands for
-- columns: row_id bigint, reason varchar, detail varchar, kept_row_id bigint, incident_id varchar, kept_incident_id varchar
with recursive counted as (
    select row_id, source, incident_id, url, opened_at, external_ids, file_number, source_line
    from staged_incidents
    anti join left_rows using (row_id)
),

listed as (
    select row_id, source, opened_at, trim(unnest(string_split(external_ids, ','))) as name
    from counted
    where external_ids is not null
),

reference as (
    select distinct
        row_id,
        source,
        opened_at,
        unnest(case
            when starts_with(lower(name), 'http')
                then [regexp_extract(name, '([^/?#]+)/?(?:[?#].*)?$', 1), address_of(name)]
            else [name]
        end) as name
    from listed
    where name <> ''
),

-- What other tools may call a row: its id, or its address where that ends in something else.
called as (
    select row_id, source, opened_at, incident_id as name from counted
    union
    select row_id, source, opened_at, address_of(url) as name from counted where url is not null
),

named as (
    select
        reference.row_id as one,
        reference.source as one_source,
        called.row_id as other,
        called.source as other_source,
        abs(epoch(reference.opened_at) - epoch(called.opened_at)) as seconds_apart,
        count(distinct called.source) over (partition by reference.row_id, reference.name) as tools
    from reference
    inner join called
        on reference.name = called.name and reference.source is distinct from called.source
    where
        not regexp_full_match(reference.name, '[0-9]+')
        or abs(epoch(reference.opened_at) - epoch(called.opened_at)) <= 86400
),

decided as (
    select decisions.decision, one.row_id as one, other.row_id as other
    from warehouse.outage_decisions as decisions
    inner join counted as one
        on decisions.source is not distinct from one.source and decisions.incident_id = one.incident_id
    inner join counted as other
        on
            decisions.partner_source is not distinct from other.source
            and decisions.partner_id = other.incident_id
),

decided_either_way as (
    select decision, one, other from decided
    union
    select decision, other as one, one as other from decided
),

either_way as (
    select one, one_source, other, other_source, seconds_apart from named where tools = 1
    union
    select other as one, other_source as one_source, one as other, one_source as other_source, seconds_apart
    from named
    where tools = 1
),

undecided as (
    select * from either_way anti join decided_either_way using (one, other)
),

nearest as (
    select
        one,
        other,
        row_number() over (partition by one, other_source order by seconds_apart, other) as place
    from undecided
),

same as (
    select nearest.one, nearest.other
    from nearest
    inner join nearest as back on nearest.one = back.other and nearest.other = back.one
    where nearest.place = 1 and back.place = 1
    union
    select one, other from decided_either_way where decision = 'same outage'
),

-- Three tools may be tied in a chain.
reached as (
    select one as row_id, one as other from same
    union
    select reached.row_id, same.other
    from reached
    inner join same on reached.other = same.one
),

ranked as (
    select
        reached.row_id,
        first_value(reached.other) over first_opened as kept_row_id,
        first_value(counted.source) over first_opened as kept_source,
        first_value(counted.incident_id) over first_opened as kept_incident_id,
        first_value(counted.file_number) over first_opened as kept_file_number,
        first_value(counted.source_line) over first_opened as kept_line
    from reached
    inner join counted on reached.other = counted.row_id
    window first_opened as (
        partition by reached.row_id
        order by counted.opened_at, counted.source, counted.incident_id
        rows between unbounded preceding and unbounded following
    )
),

standing_for as (
    select distinct * from ranked where row_id <> kept_row_id
)

select
    standing_for.row_id::bigint as row_id,
    'the same outage in another tool'::varchar as reason,
    concat(
        'counted as ', standing_for.kept_incident_id, ' of ', standing_for.kept_source, ', line ',
        standing_for.kept_line, ' of ', files_read.source_file
    )::varchar as detail,
    standing_for.kept_row_id::bigint as kept_row_id,
    counted.incident_id::varchar as incident_id,
    standing_for.kept_incident_id::varchar as kept_incident_id
from standing_for
inner join counted using (row_id)
inner join files_read on standing_for.kept_file_number = files_read.file_number
