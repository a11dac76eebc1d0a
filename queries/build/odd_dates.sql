-- title: Dates in unusual shapes
-- definition: What each text of `date_texts` says, by the day/month order of `date_orders`. An offset, a Z or a zone word
--   in the text wins over $zone, and so does the name of a zone behind a time: '10:00 Europe/Berlin'. What is not a date between 1990 and 2100 gives NULL. Two-digit years are 2000-2099.
--   `is_day` where it names a day and no time of day: `moment` is the midnight that day begins with.
-- grain: one row per column and text
-- params: zone varchar
-- columns: column_name varchar, text varchar, moment timestamptz, day date, is_day boolean

with zone_words as (
    -- Words with several meanings are left out (IST) or are what status pages mean by them (CST, BST).
    select unnest(['Z', 'UTC', 'GMT', 'WET']) as word, 0 as hours
    union all select unnest(['WEST', 'BST', 'CET']), 1
    union all select unnest(['CEST', 'EET']), 2
    union all select unnest(['EEST', 'MSK']), 3
    union all select unnest(['SGT', 'HKT']), 8
    union all select unnest(['JST', 'KST']), 9
    union all select unnest(['AEST']), 10
    union all select unnest(['AEDT']), 11
    union all select unnest(['NZST']), 12
    union all select unnest(['NZDT']), 13
    union all select unnest(['EDT']), -4
    union all select unnest(['EST', 'CDT']), -5
    union all select unnest(['CST', 'MDT']), -6
    union all select unnest(['MST', 'PDT']), -7
    union all select unnest(['PST', 'AKDT']), -8
    union all select unnest(['AKST']), -9
    union all select unnest(['HST']), -10
),

month_names as (
    -- The first three letters in English, German, French, Spanish, Italian, Portuguese, Dutch, Swedish, Danish, Norwegian,
    -- Polish, Russian, Turkish and Romanian.
    select unnest(['jan', 'ene', 'gen', 'jän', 'sty', 'янв', 'oca', 'ian']) as name, 1 as number
    union all select unnest(['feb', 'fev', 'fév', 'lut', 'фев', 'şub']), 2
    union all select unnest(['mar', 'mär', 'mrz', 'maa', 'mrt', 'мар']), 3
    union all select unnest(['apr', 'avr', 'abr', 'kwi', 'апр', 'nis']), 4
    union all select unnest(['may', 'mai', 'mei', 'mag', 'maj', 'май', 'мая']), 5
    union all select unnest(['jun', 'giu', 'jui', 'cze', 'июн', 'haz', 'iun']), 6
    union all select unnest(['jul', 'lug', 'lip', 'июл', 'tem', 'iul']), 7
    union all select unnest(['aug', 'aoû', 'aou', 'ago', 'sie', 'авг', 'ağu']), 8
    union all select unnest(['sep', 'set', 'wrz', 'сен', 'eyl']), 9
    union all select unnest(['oct', 'okt', 'ott', 'out', 'paź', 'paz', 'окт', 'eki']), 10
    union all select unnest(['nov', 'lis', 'ноя', 'kas', 'noi']), 11
    union all select unnest(['dec', 'dez', 'déc', 'dic', 'des', 'gru', 'дек', 'ara']), 12
),

ordered as (
    select
        date_texts.column_name,
        date_texts.text,
        coalesce(date_orders.day_first, true) as day_first
    from date_texts
    left join date_orders using (column_name)
),

-- The text with each run of digits as 9 and of letters as a: a format that does not fit costs a hundred times one that does,
-- so each text is tried with the one format of its shape.
-- The commonest shapes are told by a comparison, at a fifth of the cost of writing the shape out.
shaped as materialized (
    select
        *,
        case
            when text like '__/__/____ __:__' then '9/9/9 9:9'
            when text like '__.__.____ __:__' then '9.9.9 9:9'
            when text like '__.__.____ __:__:__' then '9.9.9 9:9:9'
            when regexp_full_match(text, '\d+/\d+/\d+ \d+:\d+') then '9/9/9 9:9'
            when regexp_full_match(text, '\d+/\d+/\d+ \d+:\d+:\d+') then '9/9/9 9:9:9'
            when regexp_full_match(text, '\d+/\d+/\d+ \d+:\d+ [AaPp][Mm]') then '9/9/9 9:9 a'
            when regexp_full_match(text, '\d+ (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{4} \d+:\d+') then
                '9 month 9 9:9'
            else regexp_replace(regexp_replace(text, '[0-9]+', '9', 'g'), '[A-Za-z]+', 'a', 'g')
        end as shape
    from ordered
),

-- Shapes that whole columns of Jira, ServiceNow and spreadsheets have, at one reading each.
-- Kept apart from what mentions them again: DuckDB would compute every branch for every row.
tried as materialized (
    select
        column_name,
        text,
        day_first,
        shape = '9-9-9' as is_day,
        case
            when shape = '9/9/9 9:9' and day_first then try_strptime(text, '%d/%m/%Y %H:%M')
            when shape = '9/9/9 9:9' then try_strptime(text, '%m/%d/%Y %H:%M')
            when shape = '9/9/9 9:9:9' and day_first then try_strptime(text, '%d/%m/%Y %H:%M:%S')
            when shape = '9/9/9 9:9:9' then try_strptime(text, '%m/%d/%Y %H:%M:%S')
            when shape = '9/9/9 9:9 a' and day_first then try_strptime(text, '%d/%m/%Y %I:%M %p')
            when shape = '9/9/9 9:9 a' then try_strptime(text, '%m/%d/%Y %I:%M %p')
            when text like '____-__-__ __:__' then try_cast(concat(text, ':00') as timestamp)
            when text like '____-__-__T__:__' then try_cast(concat(text, ':00') as timestamp)
            when shape = '9-9-9' and text like '____-%' then try_cast(text as timestamp)
            when shape = '9-9-9 9:9' and day_first then try_strptime(text, '%d-%m-%Y %H:%M')
            when shape = '9-9-9 9:9' then try_strptime(text, '%m-%d-%Y %H:%M')
            when shape = '9-9-9 9:9:9' and day_first then try_strptime(text, '%d-%m-%Y %H:%M:%S')
            when shape = '9-9-9 9:9:9' then try_strptime(text, '%m-%d-%Y %H:%M:%S')
            when shape = '9.9.9 9:9' and day_first then try_strptime(text, '%d.%m.%Y %H:%M')
            when shape = '9.9.9 9:9:9' and day_first then try_strptime(text, '%d.%m.%Y %H:%M:%S')
            when shape = '9/a/9 9:9 a' then try_strptime(text, '%d/%b/%y %I:%M %p')
            when shape = '9/a/9 9:9' then try_strptime(text, '%d/%b/%y %H:%M')
            when shape = '9 month 9 9:9' then try_strptime(text, '%d %b %Y %H:%M')
            when shape = 'a 9, 9 9:9 a' then try_strptime(text, '%b %d, %Y %I:%M %p')
        end as local_time,
        -- With an offset the text says the instant itself; its day stays the one that is written.
        case
            when text like '____-__-__T__:__:__.%' and regexp_full_match(text, '.{19}\.[0-9]{1,6}[-+][0-9]{4}') then
                try_cast(concat(text[:-3], ':', text[-2:]) as timestamptz)
            when text like '____-__-__T__:__:__.%'
                and regexp_full_match(text, '.{19}\.[0-9]{1,6}[-+][0-9]{2}:[0-9]{2}') then
                try_cast(text as timestamptz)
        end as instant
    from shaped
),

frequent as materialized (
    select
        column_name,
        text,
        day_first,
        is_day,
        plausible(local_time) as local_time,
        plausible_instant(instant) as instant
    from tried
),

names_apart as (
    -- A zone by its name, which stands behind a time of day.
    select
        column_name,
        text as whole,
        day_first,
        regexp_extract(
            text,
            '^(.*\d[:h.]\d{2}.*?) *[\[(]?([A-Z][A-Za-z]+/[A-Za-z_/]+(?:[+-]\d+)?)[\])]?$',
            ['time', 'zone']
        ) as named
    from frequent
    where local_time is null and instant is null
),

texts_alone as (
    select
        column_name,
        whole,
        day_first,
        nullif(named.zone, '') as zone_name,
        case when named.zone = '' then whole else named.time end as text
    from names_apart
),

texts as (
    select
        column_name,
        whole,
        day_first,
        zone_name,
        case
            -- 2025年7月3日(木) 10時5分 as 2025-7-3 10:05:, whose last colon goes below.
            when regexp_matches(text, '^\d{4}[年년]') then
                regexp_replace(
                    regexp_replace(text, '(\D)(\d)([分분秒초])', '\10\2\3', 'g'),
                    '^(\d{4})[年년] ?(\d{1,2})[月월] ?(\d{1,2})[日일] ?(?:[(（][^()（）]{1,3}[)）] ?)?',
                    '\1-\2-\3 '
                )
            -- 2025. 7. 4. and 4. 7. 2025 as 2025-7-4 and 4.7.2025, 20250704 before a time as 2025-07-04.
            when regexp_matches(text, '^\d{4}\. ?\d{1,2}\. ?\d{1,2}(\.| |$)') then
                regexp_replace(text, '^(\d{4})\. ?(\d{1,2})\. ?(\d{1,2})\.? *', '\1-\2-\3 ')
            when regexp_matches(text, '^\d{1,2}\. \d{1,2}\. \d{4}') then
                regexp_replace(text, '^(\d{1,2})\. (\d{1,2})\. ', '\1.\2.')
            when regexp_matches(text, '^(19|20)\d{6} +\d{1,2}:') then
                regexp_replace(text, '^(\d{4})(\d{2})(\d{2}) +', '\1-\2-\3 ')
            -- Some tools put a narrow no-break space before AM and PM.
            else replace(replace(text, chr(8239), ' '), chr(160), ' ')
        end as day_plain
    from texts_alone
),

-- Times of day as people write them: '10.05', '10h05', 'ore 10:05', 'kl. 10.05', '10:05 Uhr', '10時05分', '오전 10:05', '10:05 a. m.'.
times_plain as (
    select
        column_name,
        whole as text,
        day_first,
        zone_name,
        regexp_replace(
            regexp_replace(
                regexp_replace(
                    regexp_replace(
                        regexp_replace(
                            regexp_replace(
                                day_plain,
                                '(\d{1,2})[時时点點시] ?(\d{1,2})[分분](?: ?(\d{1,2})[秒초])?$',
                                '\1:\2:\3'
                            ),
                            '(?:上午|午前|오전) ?(\d{1,2}:\d{2}(?::\d{2})?):?$',
                            '\1 AM'
                        ),
                        '(?:下午|午後|오후) ?(\d{1,2}:\d{2}(?::\d{2})?):?$',
                        '\1 PM'
                    ),
                    '(?i) ?([ap])\. ?m\.?$',
                    ' \1m'
                ),
                '(?i)([\d.])[ ,]+(?:[гr]\.?,? +)?'
                || '(?:(?:klo|kl\.?|ore|alle|um|om|at|a las|as|às|à|o godz\.?|godz\.?|saat|в) *)?'
                || '(\d{1,2})(?: ?h ?|[.:])(\d{2})(?:[.:m](\d{2})s?)?(?: ?(?:uhr|uur|hs?|hrs|ч))?$',
                '\1 \2:\3:\4'
            ),
            '(?i)([\d.])[ ,]+(?:[гr]\.?,? +)?(\d{1,2}) ?(?:h|uhr|uur)$',
            '\1 \2:00'
        ) as spaced
    from texts
),

zones_apart as (
    -- A zone must follow a time: the end of '30-09-2021' is no offset.
    select
        *,
        regexp_extract(
            spaced,
            '(?i)^(.*(?::\d{2}(?:[.,]\d+)?(?: ?[ap]\.?m\.?)?|\dT\d{4,6}))'
            || ' ?\(?((?:UTC ?|GMT ?)?[+-]\d{1,2}:?(?:\d{2})?|[a-z]{1,5})(?: \(?[a-z]{3,5})?\)?$',
            ['time', 'zone']
        ) as apart
    from times_plain
),

offsets as (
    select
        column_name,
        text,
        day_first,
        zone_name,
        case when apart.zone = '' or is_half_of_day then spaced else apart.time end as written,
        case when not is_half_of_day then nullif(apart.zone, '') end as zone,
        regexp_extract(apart.zone, '([+-])(\d{1,2}):?(\d{2})?$', ['sign', 'hours', 'minutes']) as offset_parts
    from (select *, lower(apart.zone) in ('am', 'pm', 'a', 'p') as is_half_of_day from zones_apart)
),

zoned as (
    select
        column_name,
        text,
        day_first,
        zone_name,
        written,
        zone is not null as has_zone,
        case
            when offset_parts.sign <> '' then
                try_cast(offset_parts.sign || '1' as int)
                * (try_cast(offset_parts.hours as int) * 3600 + coalesce(try_cast(offset_parts.minutes as int), 0) * 60)
            else zone_words.hours * 3600
        end as offset_seconds
    from offsets
    left join zone_words on zone_words.word = upper(zone)
),

parts_in_order as (
    -- Every shape as 'year|month|day|rest'; a shape that does not fit leaves the text as it was.
    select
        *,
        case
            when not contains(written, '|') then coalesce(
            nullif(regexp_replace(written, '^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(\D.*|)$', '\1|\2|\3|\4'), written),
            nullif(
                case
                    when day_first then
                        regexp_replace(
                            written, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(\D.*|)$', '\3|\2|\1|\4'
                        )
                    else
                        regexp_replace(
                            written, '^(\d{1,2})[-/.](\d{1,2})[-/.](\d{4}|\d{2})(\D.*|)$', '\3|\1|\2|\4'
                        )
                end,
                written
            ),
            nullif(
                regexp_replace(
                    written,
                    '^(?:[^\d\s/.,|-]+\.?,? +)?(\d{1,2})\.?[ /-]*(?:de +)?([^\d\s/.,|-]+)'
                    || '\.?[ /,-]*(?:de +)?(\d{4}|\d{2})(\D.*|)$',
                    '\3|\2|\1|\4'
                ),
                written
            ),
            nullif(
                regexp_replace(
                    written, '^(?:[^\d\s/.,|-]+\.?,? +)?([^\d\s/.,|-]+)\.? +(\d{1,2}),? +(\d{4})(\D.*|)$', '\3|\1|\2|\4'
                ),
                written
            ),
            nullif(
                regexp_replace(
                    written, '^((?:19|20)\d{2})(\d{2})(\d{2})(?:T?(\d{2})(\d{2})(\d{2})?)?$', '\1|\2|\3|\4:\5:\6'
                ),
                written
            )
        )
        end as parts
    from zoned
),

months_numbered as (
    select
        parts_in_order.*,
        split_part(parts, '|', 1) as year,
        coalesce(month_names.number::varchar, split_part(parts, '|', 2)) as month,
        split_part(parts, '|', 3) as day_of_month,
        -- '10:17PM', 'T10:17:05,250', ' - 10:17 p.m.' as '10:17 PM', '10:17:05.250'.
        regexp_replace(
            regexp_replace(
                regexp_replace(replace(split_part(parts, '|', 4), ',', '.'), '[:.\s]+$', ''),
                '^\s*(?:[-.T]|at|à|um)?\s*',
                ''
            ),
            '(?i)\s*([ap])\.?m\.?$',
            ' \1M'
        ) as time_of_day
    from parts_in_order
    left join month_names
        -- French has two months that begin alike: juin, juillet.
        on month_names.name = case
            when starts_with(lower(split_part(parts, '|', 2)), 'juil') then 'jul'
            else lower(split_part(parts, '|', 2)[:3])
        end
),

iso as (
    select
        *,
        concat(
            case when strlen(year) = 2 then '20' end, year, '-', month, '-', day_of_month, ' ',
            case when time_of_day = '' then '0:00' else time_of_day end
        ) as iso_text
    from months_numbered
),

read as materialized (
    select
        column_name,
        text,
        zone_name,
        has_zone,
        offset_seconds,
        time_of_day = '' as is_day,
        case
            when parts is null then null
            when regexp_full_match(iso_text, '[\d-]+ \d{1,2}:\d{2}(:\d{2}(\.\d{1,9})?)?') then
                try_cast(iso_text as timestamp)
            when regexp_full_match(iso_text, '(?i)[\d-]+ [\d:]+ [ap]m') then
                try_strptime(iso_text, ['%Y-%m-%d %I:%M %p', '%Y-%m-%d %I:%M:%S %p'])
        end as local_time,
        -- Unix time in seconds, milliseconds or microseconds, distinguished by the number of digits.
        make_timestamp(
        case
            when regexp_full_match(text, '\d{9,10}(\.\d+)?') then
                (try_cast(text as decimal(38, 6)) * 1000000)::bigint
            when regexp_full_match(text, '\d{12,13}(\.0+)?') then
                try_cast(text as decimal(38, 6))::bigint * 1000
            when regexp_full_match(text, '\d{15,16}') then try_cast(text as bigint)
        end
        ) as unix_time
    from iso
),

known_zones as (
    select name
    from pg_timezone_names()
    -- Listing them costs more than most files; few texts name any.
    where exists (select 1 from read where zone_name is not null)
),

moments as (
    select
        column_name,
        text,
        timezone($zone, local_time) as moment,
        local_time,
        is_day
    from frequent
    where local_time is not null
    union all
    select
        column_name,
        text,
        instant as moment,
        plausible(try_cast(text[:10] as timestamp)) as local_time,
        false as is_day
    from frequent
    where instant is not null
    union all
    select
        column_name,
        text,
        case
        when unix_time is not null then timezone('UTC', plausible(unix_time))
        when has_zone then timezone('UTC', plausible(local_time) - to_seconds(offset_seconds))
        -- NULL for a name that is no zone.
        when zone_name is not null then timezone(known_zones.name, plausible(local_time))
        else timezone($zone, plausible(local_time))
        end as moment,
        coalesce(plausible(local_time), timezone($zone, timezone('UTC', plausible(unix_time)))) as local_time,
        coalesce(is_day and local_time is not null and unix_time is null, false) as is_day
    from read
    left join known_zones on read.zone_name = known_zones.name
)

select
    column_name::varchar as column_name,
    text::varchar as text,
    moment::timestamptz as moment,
    local_time::date as day,
    is_day::boolean as is_day
from moments
