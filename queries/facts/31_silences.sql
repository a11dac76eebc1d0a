-- title: Silences that are too long
-- definition: Per table and tool the stretches inside what its exports span in which it says nothing although it normally speaks: longer
--   than 7 days, and than 9.21 * phi / rate days (one chance in 10,000 at its rate of records a day; phi is the spread of its
--   weekly counts over their mean, 1 where they are few), both from outside the silence. Between two files six records
--   outside are enough to know the rate; inside one it takes 20 in eight weeks. Two incidents of a tool that holds none but
--   P1s may be far apart. `is_quiet` where somebody says that nothing happened: $quiet_starts and $quiet_ends for all
--   tools that they touch, `quiet_spans` for one tool and a silence that lies inside, give or take a day.
--   `known_at` is when the silence had become too long: before, nobody could know.
-- grain: one row per table, tool and silence
-- makes: table fact_silences
-- params: quiet_starts timestamptz[], quiet_ends timestamptz[]
-- columns: table_name varchar, source varchar, starts_at timestamptz, known_at timestamptz, ends_at timestamptz,
--   after_file varchar, before_file varchar, is_quiet boolean
with by_day as (
    select
        table_name,
        coalesce(source, '') as source,
        epoch_us(happened_at) // 86400000000 as day_number,
        count(*) as records,
        min(happened_at) as first_at,
        max(happened_at) as last_at,
        min(source_file) as first_file,
        max(source_file) as last_file,
        bool_or(coalesce(severity, 2) > 1) as is_of_all_kinds,
    from tool_records()
    where happened_at is not null
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
)

select
    gap.table_name::varchar as table_name,
    gap.source::varchar as source,
    gap.starts_at::timestamptz as starts_at,
    gap.known_at::timestamptz as known_at,
    gap.ends_at::timestamptz as ends_at,
    gap.after_file::varchar as after_file,
    gap.before_file::varchar as before_file,
    (
        exists (
            select 1
            from called_quiet
            where
                gap.starts_at < coalesce(called_quiet.ends_at, 'infinity'::timestamptz)
                and gap.ends_at > called_quiet.starts_at
        )
        or exists (
            select 1
            from quiet_spans
            where
                gap.table_name = quiet_spans.table_name
                and gap.source = quiet_spans.source
                and gap.starts_at >= quiet_spans.starts_at - interval 1 day
                and gap.ends_at <= quiet_spans.ends_at + interval 1 day
        )
    )::boolean as is_quiet,
from gap
