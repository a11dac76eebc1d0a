-- title: Gaps in the data
-- definition: Stretches inside what the exports span in which a tool that normally speaks is silent: longer than 7 days, and than
--   9.21 * phi / rate days (one chance in 10,000 at its rate of records a day; phi is the spread of its weekly counts over
--   their mean, 1 where they are few), both from outside the silence. Between two files six records outside are enough to
--   know the rate; inside one it takes 20 in eight weeks. Nothing is a gap that $quiet_starts and $quiet_ends
--   call quiet, nor between two incidents of a tool that holds none but P1s: such silences are normal. Gaps of several tools
--   that touch are one. `known_at` is when the silence had become too long: before, nobody could know. "repeats" have the gaps of incidents, "escalations" those of tickets.
-- grain: one row per table and gap, in order
-- makes: table fact_gaps
-- params: quiet_starts timestamptz[], quiet_ends timestamptz[]
-- columns: table_name varchar, starts_at timestamptz, known_at timestamptz, ends_at timestamptz, sources varchar[], after_file varchar,
--   before_file varchar
with record as (
    select
        'incidents' as table_name,
        source,
        source_file,
        opened_at as seen_at,
        severity
    from incidents
    union all by name
    select
        'tickets' as table_name,
        source,
        source_file,
        created_at as seen_at
    from tickets
    union all by name
    select
        'nps_responses' as table_name,
        source,
        source_file,
        responded_at as seen_at
    from nps_responses
    union all by name
    select
        'alerts' as table_name,
        source,
        source_file,
        fired_at as seen_at
    from alerts
),

by_day as (
    select
        table_name,
        coalesce(source, '') as source,
        epoch_us(seen_at) // 86400000000 as day_number,
        count(*) as records,
        min(seen_at) as first_at,
        max(seen_at) as last_at,
        min(source_file) as first_file,
        max(source_file) as last_file,
        bool_or(coalesce(severity, 2) > 1) as is_of_all_kinds,
    from record
    where seen_at is not null
    group by all
),

spoken as (
    select
        table_name,
        source,
        sum(records) as records,
        max(day_number) - min(day_number) + 1 as span_days,
        min(day_number) as first_day,
        bool_or(is_of_all_kinds) as is_of_all_kinds,
    from by_day
    group by table_name, source
),

silence as (
    select
        table_name,
        source,
        lag(last_at) over in_order as starts_at,
        first_at as ends_at,
        lag(day_number) over in_order as last_day,
        day_number as next_day,
        lag(last_file) over in_order as after_file,
        first_file as before_file,
    from by_day
    window in_order as (partition by table_name, source order by day_number)
),

long_silence as (
    select
        silence.*,
        next_day - last_day as silent_days,
        spoken.records,
        spoken.span_days,
        spoken.first_day,
        spoken.span_days - (next_day - last_day) as days_outside,
    from silence
    inner join spoken on silence.table_name = spoken.table_name and silence.source = spoken.source
    where
        next_day - last_day > 7
        and next_day - last_day > 9.21 * (spoken.span_days - (next_day - last_day)) / spoken.records
        and spoken.is_of_all_kinds
),

-- Whole weeks from a source's first record that do not touch the silence.
week as (
    select
        long_silence.table_name,
        long_silence.source,
        long_silence.last_day,
        numbered.week,
        coalesce(sum(by_day.records), 0) as records,
    from long_silence
    cross join lateral (select unnest(range(long_silence.span_days // 7)) as week) as numbered
    left join by_day
        on
            long_silence.table_name = by_day.table_name
            and long_silence.source = by_day.source
            and (by_day.day_number - long_silence.first_day) // 7 = numbered.week
    where
        long_silence.first_day + 7 * numbered.week + 6 <= long_silence.last_day
        or long_silence.first_day + 7 * numbered.week >= long_silence.next_day
    group by all
),

spread as (
    select
        table_name,
        source,
        last_day,
        -- Few weeks say nothing of how uneven they are.
        case when count(*) >= 9 then greatest(1, var_samp(records) / nullif(avg(records), 0)) else 1 end as phi,
    from week
    group by table_name, source, last_day
),

gap as (
    select
        long_silence.*,
        starts_at + to_microseconds(
            (8.64e10 * greatest(7, 9.21 * coalesce(spread.phi, 1) * days_outside / records))::bigint
        ) as known_at,
    from long_silence
    left join spread
        on
            long_silence.table_name = spread.table_name
            and long_silence.source = spread.source
            and long_silence.last_day = spread.last_day
    where
        silent_days > 9.21 * coalesce(spread.phi, 1) * days_outside / records
        and case
            when after_file <> before_file then records >= 6 and days_outside >= 14
            else records >= 20 and days_outside >= 56
        end
),

called_quiet as (
    select
        unnest($quiet_starts::timestamptz[]) as starts_at,
        unnest($quiet_ends::timestamptz[]) as ends_at,
),

declared as (
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
    from gap
    anti join called_quiet
        on
            gap.starts_at < coalesce(called_quiet.ends_at, 'infinity'::timestamptz)
            and gap.ends_at > called_quiet.starts_at
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
