-- title: Blanks, numbers, yes and no
-- definition: Macros that turn the text of an export into a value. What cannot be read becomes NULL; the caller distinguishes that
--   from a blank.
-- grain: one value in, one value out

-- DuckDB computes what a CASE mentions twice for every row, whichever branch it takes: costly calls stand once. For IN with
-- so many words it would join a table of them, and a CASE for each takes longer to plan than a small file to read.
create or replace macro says_nothing(text) as
    case
        when strlen(text) > 4 then false
        else coalesce(list_contains(['', '?', 'NA', 'N/A', 'null', 'None', '--', 'NS'], text), false)
    end;

-- Free text is kept as it stands, unless it is exactly one of the words for "nothing".
create or replace macro free_text(text) as
    case when says_nothing(text) then null else text end;

-- Anything else loses the blanks around it. Comparisons find them: a space is the first letter there is, and what begins
-- with a no-break space or anything behind it is looked at closely.
create or replace macro plain_text(text) as
    case
        when text < '!'
            or text >= chr(160)
            or ends_with(text, ' ')
            or ends_with(text, chr(160)) then
            case
                when regexp_full_match(text, '[ \x{A0}]*(\?|NA|N/A|null|None|--|NS)?[ \x{A0}]*') then null
                else trim(text, ' ' || chr(160))
            end
        when says_nothing(text) then null
        else text
    end;

-- '9', '9.0', '"9"', '1,204'.
create or replace macro whole_number(text) as
    case
        when strlen(text) < 19 and regexp_full_match(text, '-?\d+') then try_cast(text as bigint)
        when regexp_full_match(text, '"?-?\d{1,15}(\.0+)?"?') then
            try_cast(regexp_extract(text, '-?\d+') as bigint)
        when regexp_full_match(text, '-?\d{1,3}(,\d{3}){1,4}(\.0+)?') then
            try_cast(replace(regexp_extract(text, '^[-\d,]+'), ',', '') as bigint)
    end;

-- An answer may carry its label: '10 - Extremely likely', '9 (very likely)'.
create or replace macro answer_number(text) as
    coalesce(
        whole_number(text),
        try_cast(regexp_extract(text, '^"?(\d{1,2})(?:\.0+)?\s*[-–—:=(.]+\s*(?:[^\d\s]|$)', 1) as bigint)
    );

-- For the import queries: the number of an answer as text; what is none stays as it stands, to be set aside.
create or replace macro score_as_text(text) as
    coalesce(answer_number(trim(text))::varchar, trim(text));

-- Why a text is no score: '9-10' and '9 to 10' are not one of the eleven answers.
create or replace macro wrong_score(text) as
    case
        when regexp_matches(text, '^\s*"?\d+(\.0+)?\s*(-|–|—|to|bis|à|a|y)\s*\d') then 'is a range, not a score'
        else 'is not a whole number'
    end;

create or replace macro number_without_marks(text) as
    case
        when regexp_full_match(text, '[$€£]?\s*[-+]?[1-9]\d{0,2}(,\d{3})*(\.\d+)?\s*[$€£]?')
            or regexp_full_match(text, '[$€£]?\s*[-+]?\d+(\.\d+)?\s*[$€£]?') then
            try_cast(regexp_replace(text, '[$€£,\s]', '', 'g') as double)
        when regexp_full_match(text, '[$€£]?\s*[-+]?[1-9]\d{0,2}(\.\d{3})*,\d+\s*[$€£]?')
            or regexp_full_match(text, '[$€£]?\s*[-+]?\d+,\d+\s*[$€£]?') then
            try_cast(replace(regexp_replace(text, '[$€£.\s]', '', 'g'), ',', '.') as double)
    end;

-- '12.5', '12,5', '1,204.50', '1.204,50', '$ 1,204', '-30 %'. A comma before exactly three digits separates thousands.
create or replace macro number(text) as
    case
        when regexp_full_match(text, '-?\d+(\.\d+)?([eE][-+]?\d+)?') then try_cast(text as double)
        when text like '%\%' escape '\' then number_without_marks(rtrim(text, '% ' || chr(160))) / 100
        else number_without_marks(text)
    end;

create or replace macro yes_or_no(text) as
    case
        when lower(text) in ('true', 't', 'yes', 'y', '1', '1.0', 'x', 'on', 'ja', 'oui', 'si', 'sí') then true
        when lower(text) in ('false', 'f', 'no', 'n', '0', '0.0', 'off', 'nein', 'non', 'nee') then false
    end;

-- Why a row cannot be used: the reason that people see and count, and the text at fault.
create or replace macro not_read(name, what, said) as
    {'reason': name || ' ' || what, 'detail': said[:500]};

create or replace macro missing(name) as
    {'reason': 'no ' || name, 'detail': null::varchar};

-- The first of a row's values that cannot be used, NULL without one. They come as a list, so that a table of thirty columns
-- is planned as fast as one of three: name, said (its text), wrong (what is wrong with one that could not be read),
-- is_there (whether it was read), is_needed, is_date.
create or replace macro first_fault(cells) as
    list_filter(
        list_transform(
            cells,
            lambda cell: case
                when cell.is_there then null
                when cell.said is null or (cell.is_date and stands_for_no_date(cell.said)) then
                    case when cell.is_needed then missing(cell.name) end
                else not_read(cell.name, cell.wrong, cell.said)
            end
        ),
        lambda fault: fault is not null
    )[1];

-- A date and a time of day from two columns as one text. Spreadsheets write a day as midnight, and a time with a day of 1899.
create or replace macro day_with_time(day_text, time_text) as
    case
        when regexp_matches(time_text, '\d{1,2}\s*[:h.]\s*\d{2}') then
            concat(
                regexp_replace(trim(day_text), '[T ]0{1,2}:00(:00(\.0+)?)?(Z|[+-]00:?00)?$', ''),
                ' ',
                regexp_replace(
                    regexp_replace(
                        regexp_extract(trim(time_text), '\d{1,2}\s*[:h.]\s*\d{2}(\s*[:.]\s*\d{2})?.*$'),
                        '^(\d{1,2})\s*[h.]\s*(\d{2})', '\1:\2'
                    ),
                    '^(\d):', '0\1:'
                )
            )
        else day_text
    end;

-- What people number rows by: '7', '#7', 'Nr. 7'. What has letters, or more digits, is an id of a tool.
create or replace macro running_number(text) as
    case
        when strlen(text) <= 12 then
            try_cast(regexp_extract(text, '^(?:#|N[or]\.?|n[or]\.?)?\s*(\d{1,6})\.?$', 1) as bigint)
    end;

-- The seconds since midnight of a time of day: '9:05', '09h05', '9:05 PM'. A day of 1899 before it does not count.
create or replace macro clock_in_seconds(text) as
    3600 * case
        when regexp_matches(lower(text), '\d\s*[ap]\.?m') then
            regexp_extract(text, '(\d{1,2})\s*[:h.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?\D*$', 1)::bigint % 12
            + case when regexp_matches(lower(text), '\d\s*p\.?m') then 12 else 0 end
        else try_cast(
            regexp_extract(text, '(\d{1,2})\s*[:h.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:[.,]\d+)?\D*$', 1) as bigint
        )
    end
    + 60 * try_cast(
        regexp_extract(text, '(\d{1,2})\s*[:h.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:[.,]\d+)?\D*$', 2) as bigint
    )
    + coalesce(
        try_cast(
            regexp_extract(text, '(\d{1,2})\s*[:h.]\s*(\d{2})(?:\s*[:.]\s*(\d{2}))?(?:[.,]\d+)?\D*$', 3) as bigint
        ), 0
    );

-- The two sides of "3 July 2025 9:30 → 10:10 (UTC)", '' where a text is no range. A slash only stands between ISO dates, a
-- dash without spaces only between two times of day alone: after a date it may begin a zone ("10:00-05:00").
create or replace macro range_sides(text) as
    regexp_extract(
        regexp_replace(trim(text), '^(\d{1,2}[:h]\d{2}\S*)-(\d{1,2}[:h]\d{2}\S*)$', '\1 - \2'),
        '^(\D*\d.*?)(?:(?:\s*[→⟶–—〜～]\s*|\s+(?:->?|to|bis|à|au|al?|até|until|till)\s+)(.*\d.*)|/(\d{4}-.*))$',
        ['first', 'spaced', 'iso']
    );

-- A dash before a time of day also joins a day with it: "Aug 30, 2024 - 13:30" is one date.
create or replace macro says_range(first_side, last_side) as
    last_side <> ''
    and case
        when regexp_matches(last_side, '^\d{1,2}[:h]\d{2}') then regexp_matches(first_side, '\d{1,2}[:h]\d{2}')
        else regexp_matches(last_side, '\d{4}|\d[./-]\d')
    end;

-- What only the end says holds for both: its zone, and AM or PM, which of the two makes the start the earlier one.
create or replace macro start_of_sides(first_side, last_side) as
    case
        when not regexp_matches(first_side, '\d{1,2}[:h]\d{2}(:\d{2})?(\s*[AaPp]\.?[Mm]\.?)?$') then first_side
        else concat(
            first_side,
            case
                when regexp_matches(lower(first_side), '\d\s*[ap]\.?m')
                    or not regexp_matches(lower(last_side), '\d\s*[ap]\.?m') then ''
                when regexp_matches(lower(last_side), '\d\s*a\.?m')
                    = (clock_in_seconds(first_side) % 43200
                        <= clock_in_seconds(regexp_extract(last_side, '\d{1,2}[:h]\d{2}')) % 43200) then ' AM'
                else ' PM'
            end,
            regexp_extract(
                regexp_replace(last_side, '(\d)\s*[AaPp]\.?[Mm]\.?', '\1'),
                '\d[:h]\d{2}(?::\d{2})?(\s*\(?(?:[A-Z]{1,5}|(?:UTC ?|GMT ?)?[+-]\d{1,2}(?::?\d{2})?)\)?)$',
                1
            )
        )
    end;

-- When a range begins; a text that is none stays as it is.
create or replace macro range_start(text) as
    case
        when says_range(range_sides(text).first, concat(range_sides(text).spaced, range_sides(text).iso)) then
            start_of_sides(range_sides(text).first, concat(range_sides(text).spaced, range_sides(text).iso))
        else text
    end;

-- When a range ends, NULL for a text that is none. An end without a day is on the day of the start.
create or replace macro range_end(text) as
    case
        when not says_range(range_sides(text).first, concat(range_sides(text).spaced, range_sides(text).iso)) then null
        when regexp_matches(range_sides(text).spaced, '^\d{1,2}[:h]\d{2}') then
            concat(
                regexp_extract(range_sides(text).first, '^(.*?)[T ,]*(?:at |um |à )?\d{1,2}[:h]\d{2}', 1),
                ' ',
                range_sides(text).spaced
            )
        else concat(range_sides(text).spaced, range_sides(text).iso)
    end;

-- From one time of day to the next such time: '23:50' to '00:20' is half an hour, not a day back.
create or replace macro seconds_to_clock(from_text, to_text) as
    (86400 + clock_in_seconds(to_text) - clock_in_seconds(from_text)) % 86400;

create or replace macro clock_of(text) as
    regexp_extract(text, '\d{1,2}[:h]\d{2}(:\d{2})?(\s*[AaPp]\.?[Mm]\.?)?');

-- How long a range lasts whose end says no day, NULL for any other: its end may be after midnight.
-- The sides go through a list of one so that they are spelt out once: otherwise defining this macro takes longer than
-- defining all the others here.
create or replace macro range_seconds(text) as
    list_transform(
        [range_sides(text)],
        lambda sides: case
            when regexp_matches(sides.spaced, '^\d{1,2}[:h]\d{2}')
                and says_range(sides.first, concat(sides.spaced, sides.iso)) then
                seconds_to_clock(
                    clock_of(start_of_sides(sides.first, concat(sides.spaced, sides.iso))), clock_of(sides.spaced)
                )
        end
    )[1];

-- The number of a length: '1.5', '1,5', '90 min'.
create or replace macro length_as_number(text) as
    number(regexp_replace(trim(text), '\s*[^\d\s.,]+$', ''));

create or replace macro counted_in(text, unit) as
    coalesce(
        try_cast(
            replace(regexp_extract(lower(text), '(\d+(?:[.,]\d+)?)\s*(?:' || unit || ')', 1), ',', '.') as double
        ),
        0
    );

-- A length that is written out: '1:30', '26:05:10', '1 h 30 min', 'PT1H30M', '2 days 3 hours', '90 Minuten'.
create or replace macro length_in_seconds(text) as
    case
        when regexp_matches(text, '\d+:\d{2}') then
            3600 * regexp_extract(text, '(\d+):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*$', 1)::bigint
            + 60 * regexp_extract(text, '(\d+):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*$', 2)::bigint
            + coalesce(
                try_cast(regexp_extract(text, '(\d+):(\d{2})(?::(\d{2}))?(?:\.\d+)?\s*$', 3) as bigint), 0
            )
            + 86400 * counted_in(text, 'd|days?|tage?|jours?|dias?|días?')
        when regexp_matches(lower(text), '\d\s*(d|h|m|s|t|j)') then
            86400 * counted_in(text, 'd|t(?:ag|$)|j')
            + 3600 * counted_in(text, 'h|std|stunde|uur')
            + 60 * counted_in(text, 'm')
            + counted_in(text, 'sec|sek|seg|s(?:\b|$)')
    end;

-- Severities that are numbers: 1 for the one that is worst, 2 for the next, 5 at most. A word stays a word.
create or replace macro level_of_number(text, worst, rising) as
    coalesce(
        least(
            5,
            greatest(
                1,
                1 + case when rising then 1 else -1 end * (
                    worst - try_cast(replace(regexp_extract(text, '^\s*(\d+([.,]\d+)?)\s*$', 1), ',', '.') as double)
                )
            )
        )::bigint::varchar,
        text
    );

-- An address as it is compared: without what asks for a view of the page.
create or replace macro address_of(text) as
    nullif(regexp_extract(lower(trim(text)), '^https?://([^?#]*[^?#/])', 1), '');

-- A time with the zone that stands in a column of its own, where it names none itself: 'Europe/Berlin', 'PST', '+02:00', 'ET'.
create or replace macro with_zone(text, zone_text) as
    case
        when regexp_full_match(text, '.*\d[:h.]\d{2}([:.]\d{2})?([.,]\d+)?( ?[AaPp]\.? ?[Mm]\.?)?')
            and trim(zone_text) <> '' then
            concat(
                text, ' ',
                case upper(trim(zone_text))
                    when 'ET' then 'America/New_York'
                    when 'CT' then 'America/Chicago'
                    when 'MT' then 'America/Denver'
                    when 'PT' then 'America/Los_Angeles'
                    when 'MEZ' then 'CET'
                    when 'MESZ' then 'CEST'
                    else trim(zone_text)
                end
            )
        else text
    end;
