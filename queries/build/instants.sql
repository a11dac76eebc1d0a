-- title: Dates in the usual shapes
-- definition: Macros for the shapes that whole columns usually have: ISO 8601 with a Z, an offset or nothing. One comparison
--   and one cast each. Every other text goes through odd_dates.sql.
-- grain: one value in, one value out
-- A time without zone that a change to summer time skips is read with the offset before the change; one that the change
-- back repeats is read as the later of the two (the rule of ICU, which DuckDB uses).

-- Exports of incidents hold no date outside these years: such a value is a typing error or stands for "none".
-- It mentions its argument more than once, so give it a column: DuckDB would compute anything else for every row.
create or replace macro plausible(moment) as
    case when moment >= timestamp '1990-01-01' and moment < timestamp '2100-01-01' then moment end;

create or replace macro plausible_instant(moment) as
    case
        when
            moment >= timestamptz '1990-01-01 00:00:00+00' and moment < timestamptz '2100-01-01 00:00:00+00'
            then moment
    end;

-- Spelled as a CASE, which stops at the first shape that fits.
create or replace macro is_usual_date(text) as
    case
        when text like '____-__-__T__:__:__Z'
            or text like '____-__-__ __:__:__'
            or text like '____-__-__T__:__:__'
            or text like '____-__-__T__:__:__.%Z'
            or text like '____-__-__T__:__:__+__:__' then true
        when text is not null then false
    end;

-- For UTC the arithmetic of time zones is skipped: it costs more than reading the text.
create or replace macro usual_instant(text, zone) as
    case
        when text like '____-__-__ __:__:__' or text like '____-__-__T__:__:__' then
            case
                when zone = 'UTC' then make_timestamptz(epoch_us(try_cast(text as timestamp)))
                else timezone(zone, try_cast(text as timestamp))
            end
        when text like '____-__-__T__:__:__Z' or text like '____-__-__T__:__:__.%Z' then
            make_timestamptz(epoch_us(try_cast(rtrim(text, 'Z') as timestamp)))
        when text like '____-__-__T__:__:__+__:__' then try_cast(text as timestamptz)
    end;

-- The same where every text is known to have a usual shape: its length shows which, and the patterns are the expensive part.
create or replace macro instant_of_usual(text, zone) as
    case
        when strlen(text) = 20 then try_cast(text as timestamptz)
        when strlen(text) = 19 and zone = 'UTC' then make_timestamptz(epoch_us(try_cast(text as timestamp)))
        else usual_instant(text, zone)
    end;

-- The same where the text has not been looked at: one shape only, with no blank around it, and any other text ends the query.
-- Its file is read again then, with the dates apart.
create or replace macro utc_instant_or_stop(text) as
    case
        when text is null then null
        when strlen(text) = 20 and text >= '!' and text like '____-__-__T__:__:__Z' then try_cast(text as timestamptz)
        else error('a date in another shape')
    end;

-- What one format made of a whole column of texts: where it could not read one, or read a date at the edge of what is plausible,
-- the query ends, and its file is read again with each text by itself. Blanks around a text may hide another shape.
create or replace macro instant_or_stop(moment, text) as
    case
        when moment >= timestamptz '1990-01-02 00:00:00+00' and moment < timestamptz '2099-12-31 00:00:00+00'
            and text >= '0' then moment
        when text is null then null
        else error('a date in another shape')
    end;

-- The day as it is written, at midnight: no zone moves it.
create or replace macro usual_day(text) as
    case when is_usual_date(text) then try_cast(text[:10] as timestamp) end;

-- A day as spreadsheets write it, at midnight without a zone, or without a time of day: where a whole file holds nothing
-- else, its stamps are days.
create or replace macro may_be_a_day(text) as
    regexp_full_match(text, '.*[T ](0?0:00(:00(\.0+)?)?|12:00(:00)? ?[Aa]\.?[Mm]\.?)')
    or (not contains(text, ':') and not regexp_full_match(text, '\d{9,}(\.\d+)?'));

-- What tools write when there is no date, the zero of Go, .NET, Excel and MySQL, and the end of time; and what people write
-- where there is none yet.
create or replace macro stands_for_no_date(text) as
    regexp_full_match(
        text, '(0001-01-01|0000-00-00|9999-12-31|1899-12-3[01]|1900-01-0[01]).*|1/[01]/1900.*|0?1/0?1/0001.*|0|-1'
    )
    or regexp_full_match(
        text,
        '(?i)\W*(n/?a|n\.a\.|none|nil|null|nan|nat|tb[acd]|unknown|(not|never) (set|yet|resolved|closed|applicable)'
        || '|still open|open|ongoing|in progress|pending|unresolved|active|now|present'
        || '|offen|laufend|in arbeit|andauernd|unbekannt|ouverte?|en cours|inconnue?'
        || '|abiert[oa]|en curso|pendiente|desconocido'
        || '|abert[oa]|em andamento|em curso|pendente|apert[oa]|in corso|sconosciuto|lopend|onbekend'
        || '|w toku|otwart[aey]|nieznan[aey]|prob[ií]há|řeší se|otevřen[aáýoé]'
        || '|folyamatban|nyitott|kesken|avoin|käynnissä'
        || '|в роботі|триває|відкрит[ао]|berlangsung|sedang berlangsung|belum selesai|în curs|in curs|deschis'
        || '|trwa|devam ediyor|açık|bilinmiyor|в работе|открыт[ао]?|неизвестно|pågår|pågående|öppen|okänd'
        || '|対応中|進行中|未解決|未定|不明|进行中|处理中|未解决|未恢复|진행 ?중|처리 ?중|미정)\W*'
    );
