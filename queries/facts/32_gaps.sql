-- title: Gaps in the data
-- definition: The silences of tools that nobody called quiet (`fact_silences`): nobody knows what happened then. Gaps of several tools
--   that touch are one. "repeats" have the gaps of incidents, "escalations" those of tickets.
-- grain: one row per table and gap, in order
-- makes: table fact_gaps
-- columns: table_name varchar, starts_at timestamptz, known_at timestamptz, ends_at timestamptz, sources varchar[], after_file varchar,
--   before_file varchar
with declared as (
    select
        unnest(
            case table_name
                when 'incidents' then ['incidents', 'repeats'] when 'tickets' then ['tickets', 'escalations']
                else [table_name]
            end
        ) as table_name,
        source,
        starts_at,
        known_at,
        ends_at,
        after_file,
        before_file,
    from fact_silences
    where not is_quiet
),

with_reach as (
    select
        *,
        max(ends_at) over (
            partition by table_name order by starts_at, ends_at
            rows between unbounded preceding and 1 preceding
        ) as reached,
    from declared
),

island as (
    select
        *,
        count_if(reached is null or starts_at > reached) over (partition by table_name order by starts_at, ends_at)
            as number,
    from with_reach
)

select
    table_name::varchar as table_name,
    min(starts_at)::timestamptz as starts_at,
    min(known_at)::timestamptz as known_at,
    max(ends_at)::timestamptz as ends_at,
    list(distinct source order by source)::varchar[] as sources,
    arg_min(after_file, starts_at)::varchar as after_file,
    arg_max(before_file, ends_at)::varchar as before_file,
from island
group by table_name, number
order by table_name, starts_at
