"""Every way exports write a date, read to the second; and when the order of day and month must be asked."""

import re
from datetime import UTC, date, datetime, timedelta, timezone

import duckdb
import pytest

from reliability.errors import ExportError
from reliability.guesses.looks import MONTHS
from reliability.warehouse.instants import OTHER_SHAPE, Order, decide, read_odd_dates
from reliability.warehouse.macros import define_for, definitions
from reliability.warehouse.sql import build_query


@pytest.fixture(scope="module")
def con() -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    connection.execute("set TimeZone = 'UTC'")
    define_for(connection, *(f"{name}(" for name in definitions()))
    return connection


def read(
    con: duckdb.DuckDBPyConnection, texts: list[str], zone: str = "UTC", order: str | None = None
) -> list[datetime | None]:
    """The texts of one column as a build reads them: the usual shapes first, the rest through odd_dates.sql."""
    con.execute("create or replace temp table texts as select unnest($texts) as text", {"texts": texts})
    con.execute(
        "create or replace temp table date_texts as "
        "select distinct 'opened_at' as column_name, text from texts where not is_usual_date(text)"
    )
    read_odd_dates(con, zone, order, "tickets.csv")
    found = con.execute(
        """
        select texts.text, coalesce(usual_instant(texts.text, $zone), odd_dates.moment)
        from texts left join odd_dates using (text)
        """,
        {"zone": zone},
    ).fetchall()
    by_text = {text: moment and moment.astimezone(UTC) for text, moment in found}
    return [by_text[text] for text in texts]


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc, arg-type]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        # What is written wins over the zone of the export (New York here).
        ("2025-01-01T10:00:00Z", utc(2025, 1, 1, 10)),
        ("2025-01-01T10:00:00.123Z", utc(2025, 1, 1, 10, 0, 0, 123000)),
        ("2021-08-17T13:28:57.801578Z", utc(2021, 8, 17, 13, 28, 57, 801578)),
        ("2025-01-01T10:00Z", utc(2025, 1, 1, 10)),
        ("2025-01-01T10:00:00+02:00", utc(2025, 1, 1, 8)),
        ("2025-01-01T10:00:00.5+02:00", utc(2025, 1, 1, 8, 0, 0, 500000)),
        ("2025-01-01T10:00:00-0530", utc(2025, 1, 1, 15, 30)),
        ("2025-01-01T10:00:00.000+0000", utc(2025, 1, 1, 10)),
        ("2025-01-01 10:00:00 +0200", utc(2025, 1, 1, 8)),
        ("2025-01-01 10:00:00-05", utc(2025, 1, 1, 15)),
        ("2021-08-17 13:28:57 +0000 UTC", utc(2021, 8, 17, 13, 28, 57)),
        ("2025-01-01 10:00 GMT+2", utc(2025, 1, 1, 8)),
        ("2025-07-01 10:00:00 (CEST)", utc(2025, 7, 1, 8)),
        ("Aug 30, 2024 - 13:30 PDT", utc(2024, 8, 30, 20, 30)),
        ("Aug 30, 2024 13:30 EST", utc(2024, 8, 30, 18, 30)),
        ("Sun, 16 Nov 2025 10:00:00 GMT", utc(2025, 11, 16, 10)),
        ("20250116T101112Z", utc(2025, 1, 16, 10, 11, 12)),
        # Ten in the morning in New York, in Japanese, Chinese and Korean.
        ("2025年1月1日 10:00", utc(2025, 1, 1, 15)),
        ("2025年1月1日(水)10時05分", utc(2025, 1, 1, 15, 5)),
        ("2025年01月01日 10时5分07秒", utc(2025, 1, 1, 15, 5, 7)),
        ("2025년 1월 1일 10시 05분", utc(2025, 1, 1, 15, 5)),
        ("2025年7月3日", utc(2025, 7, 3, 4)),
        ("2025年13月3日", None),
        # Unix time has no zone to lack: 1735725600 is `date -u -d 2025-01-01T10:00`.
        ("1735725600", utc(2025, 1, 1, 10)),
        ("1735725600.5", utc(2025, 1, 1, 10, 0, 0, 500000)),
        ("1735725600000", utc(2025, 1, 1, 10)),
        ("1735725600000000", utc(2025, 1, 1, 10)),
        # Without a zone it is New York: five hours behind in winter, four in summer.
        ("2025-01-01 10:00:00", utc(2025, 1, 1, 15)),
        ("2025-07-01 10:00:00", utc(2025, 7, 1, 14)),
        ("2025-07-01T10:00:00", utc(2025, 7, 1, 14)),
        ("2025-07-01 10:00", utc(2025, 7, 1, 14)),
        ("2025-7-1 1:05", utc(2025, 7, 1, 5, 5)),
        ("2025/07/01 10:00", utc(2025, 7, 1, 14)),
        ("2025-07-01T10:00:00,250", utc(2025, 7, 1, 14, 0, 0, 250000)),
        ("2025-07-01 10:00 PM", utc(2025, 7, 2, 2)),
        ("2025-07-01 12:30 AM", utc(2025, 7, 1, 4, 30)),
        ("2025-07-01", utc(2025, 7, 1, 4)),
        ("20250701", utc(2025, 7, 1, 4)),
        ("25/Feb/26 10:17 PM", utc(2026, 2, 26, 3, 17)),
        ("09/Oct/25 1:42 PM", utc(2025, 10, 9, 17, 42)),
        ("09/Oct/25 1:42\u202fPM", utc(2025, 10, 9, 17, 42)),
        ("30/Sep/21 17:20", utc(2021, 9, 30, 21, 20)),
        ("16 Nov 2025", utc(2025, 11, 16, 5)),
        ("16-Nov-2025 07:00", utc(2025, 11, 16, 12)),
        ("November 16, 2025", utc(2025, 11, 16, 5)),
        ("16. März 2025 10:00", utc(2025, 3, 16, 14)),
        ("12 juillet 2025 à 10:00", utc(2025, 7, 12, 14)),
        ("12 de marzo de 2025", utc(2025, 3, 12, 4)),
        ("29/2/2016 01:16", utc(2016, 2, 29, 6, 16)),
        ("29-02-2016 01:16", utc(2016, 2, 29, 6, 16)),
        ("29.02.2016 01:16", utc(2016, 2, 29, 6, 16)),
        ("29/02/16 01:16", utc(2016, 2, 29, 6, 16)),
        ("3/17/2025 6:04", utc(2025, 3, 17, 10, 4)),
        ("3/17/2025 6:04:05 AM", utc(2025, 3, 17, 10, 4, 5)),
        ("02-13-2025 15:46:06", utc(2025, 2, 13, 20, 46, 6)),
        ("3/3/25 1:00PM", utc(2025, 3, 3, 18)),
        ("16/11/2025, 10:11", utc(2025, 11, 16, 15, 11)),
    ],
)
def test_an_instant_is_read_to_the_second_and_a_written_zone_wins(
    con: duckdb.DuckDBPyConnection, text: str, expected: datetime
) -> None:
    assert read(con, [text], "America/New_York") == [expected]


@pytest.mark.parametrize(
    "text",
    [
        *(
            "soon",
            "infinity",
            "epoch",
            "now",
            "2025-02-30",
            "2025-02-30 10:00:00",
            "2025-01-01 25:00",
            "13/13/2025",
        ),
        # India, Ireland or Israel; and a spreadsheet's number, whose origin and zone nobody wrote down.
        *("2025-01-01 10:00:00 IST", "45000.25"),
        *(
            "1900-01-00",
            "0001-01-01T00:00:00Z",
            "9999-12-31",
            "2025-01-01 10:00:00 Berlin/Europe",
            "1|2|2025",
        ),
    ],
)
def test_what_is_no_date_is_not_guessed(con: duckdb.DuckDBPyConnection, text: str) -> None:
    found = read(con, [text])
    # The reader of usual shapes leaves the limits of what is plausible to its caller.
    assert found == [None] or found[0].year < 1990  # type: ignore[union-attr]


def test_a_skipped_hour_keeps_the_old_offset_and_a_repeated_hour_is_its_second(
    con: duckdb.DuckDBPyConnection,
) -> None:
    # Berlin: 02:00 became 03:00 on 2025-03-30; 03:00 became 02:00 on 2025-10-26.
    found = read(con, ["2025-03-30 02:30:00", "2025-10-26 02:30:00"], "Europe/Berlin")
    assert found == [utc(2025, 3, 30, 1, 30), utc(2025, 10, 26, 1, 30)]


@pytest.mark.parametrize(
    "zone", ["UTC", "Europe/Berlin", "Asia/Kolkata", "America/St_Johns", "Australia/Lord_Howe"]
)
def test_naive_times_agree_with_pythons_time_zones(con: duckdb.DuckDBPyConnection, zone: str) -> None:
    from zoneinfo import ZoneInfo

    begin = datetime(2024, 1, 1, 12, 34, 56)
    local = [begin + timedelta(hours=37 * n) for n in range(400)]
    # fold=1: of a repeated hour the second, which is the rule above. Skipped hours are left to the test above.
    there = [moment.replace(tzinfo=ZoneInfo(zone), fold=1) for moment in local]
    exists = [
        t.astimezone(UTC).astimezone(ZoneInfo(zone)).replace(tzinfo=None) == moment
        for t, moment in zip(there, local, strict=True)
    ]
    found = read(con, [f"{moment:%Y-%m-%d %H:%M:%S}" for moment in local], zone)
    assert sum(exists) >= 398
    assert [f for f, e in zip(found, exists, strict=True) if e] == [
        t.astimezone(UTC) for t, e in zip(there, exists, strict=True) if e
    ]


def test_every_offset_is_subtracted_once(con: duckdb.DuckDBPyConnection) -> None:
    offsets = [timezone(timedelta(minutes=m)) for m in range(-12 * 60, 14 * 60 + 1, 15)]
    moments = [datetime(2025, 6, 1, 12, tzinfo=offset) for offset in offsets]
    assert read(con, [m.isoformat() for m in moments], "Asia/Tokyo") == [m.astimezone(UTC) for m in moments]


def test_the_whole_column_decides_whether_the_day_comes_first(con: duckdb.DuckDBPyConnection) -> None:
    assert read(con, ["03/04/2025 10:00", "13/04/2025 10:00"])[0] == utc(2025, 4, 3, 10)
    assert read(con, ["03/04/2025 10:00", "03/13/2025 10:00"])[0] == utc(2025, 3, 4, 10)


def test_dates_that_mean_the_same_either_way_need_no_order(con: duckdb.DuckDBPyConnection) -> None:
    assert read(con, ["3/3/2025 10:00", "12/12/2025 9:00"]) == [utc(2025, 3, 3, 10), utc(2025, 12, 12, 9)]


def test_a_column_that_fits_both_orders_is_a_question(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(ExportError) as caught:
        read(con, ["03/04/2026 10:00", "05/06/2026 10:00"])
    assert str(caught.value) == (
        "tickets.csv: opened_at: 03/04/2026 10:00 fits both day/month and month/day. "
        'Set date_order = "dmy" or "mdy" for this export in review.toml, [[exports]].'
    )


def test_the_settings_answer_it_and_what_does_not_fit_is_not_read(con: duckdb.DuckDBPyConnection) -> None:
    texts = ["03/04/2026 10:00", "13/04/2026 10:00"]
    assert read(con, texts, order="dmy") == [utc(2026, 4, 3, 10), utc(2026, 4, 13, 10)]
    assert read(con, texts, order="mdy") == [utc(2026, 3, 4, 10), None]


def test_a_column_that_contradicts_itself_is_a_question(con: duckdb.DuckDBPyConnection) -> None:
    with pytest.raises(
        ExportError, match="day first and dates with the month first .13/04/2026 1:00 and 04/13/2026 1:00"
    ):
        read(con, ["13/04/2026 1:00", "04/13/2026 1:00"])


def order(column: str, separator: str = "/", day: int = 0, month: int = 0, both: int = 0) -> Order:
    return Order(column, separator, day, month, both, "03/04/2026", None, None)


def test_a_sister_column_of_the_same_shape_decides_for_one_that_cannot() -> None:
    assert decide([order("opened_at", day=4), order("resolved_at", both=2)]) == {
        "opened_at": True,
        "resolved_at": True,
    }
    assert decide([order("opened_at", both=2), order("resolved_at", month=1)]) == {
        "opened_at": False,
        "resolved_at": False,
    }


def test_a_column_of_another_shape_does_not_decide() -> None:
    with pytest.raises(ExportError, match="resolved_at: 03/04/2026 fits both"):
        decide([order("opened_at", "-", day=4), order("resolved_at", "/", both=2)])


def test_sisters_that_disagree_do_not_decide() -> None:
    with pytest.raises(ExportError, match="closed_at: 03/04/2026 fits both"):
        decide([order("opened_at", day=4), order("resolved_at", month=1), order("closed_at", both=2)])


def test_a_day_is_the_day_that_is_written(con: duckdb.DuckDBPyConnection) -> None:
    texts = ["2025-11-16", "16/11/2025", "16 Nov 2025 23:59", "2025-11-16T23:30:00+14:00"]
    con.execute(
        "create or replace temp table date_texts as select 'starts_on' as column_name, unnest($texts) as text",
        {"texts": texts},
    )
    read_odd_dates(con, "America/New_York")
    assert {day for (day,) in con.execute("select day from odd_dates").fetchall()} == {date(2025, 11, 16)}
    usual = con.execute("select usual_day('2025-11-16T23:30:00+14:00')::date").fetchone()
    assert usual == (date(2025, 11, 16),)


def test_a_column_of_usual_dates_reads_the_same_without_looking_at_their_shape():
    texts = [
        "2025-03-30T02:30:00Z",
        "2025-10-26 02:30:00",
        "2025-10-26T02:30:00",
        "2025-02-30T10:00:00Z",
        "2025-02-30 10:00:00",
        "2025-08-18T09:15:30.250Z",
        "2025-08-18T09:15:30+02:00",
        None,
    ]
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        define_for(con, *(f"{name}(" for name in definitions()))
        for zone in ("UTC", "Europe/Berlin"):
            read = "select instant_of_usual(text, $zone), usual_instant(text, $zone) from (select unnest($texts) as text)"
            rows = con.execute(read, {"zone": zone, "texts": texts}).fetchall()
            assert [fast for fast, _ in rows] == [slow for _, slow in rows]
            assert sum(fast is None for fast, _ in rows) == 3


def test_instants_in_utc_are_read_until_a_text_of_another_shape_ends_the_query(
    con: duckdb.DuckDBPyConnection,
) -> None:
    read = "select utc_instant_or_stop(text) from (select unnest($texts) as text)"
    texts = ["2025-07-01T08:00:59Z", None, "2025-13-01T08:00:00Z"]
    assert con.execute(read, {"texts": texts}).fetchall() == [
        (datetime(2025, 7, 1, 8, 0, 59, tzinfo=UTC),),
        (None,),
        (None,),
    ]
    for other in (
        "2025-07-01 08:00:00",
        " 025-07-01T08:00:00Z",
        "2025-07-01T08:00:00.5Z",
        "2025/07/01T08:00:00Z",
        "",
    ):
        with pytest.raises(duckdb.InvalidInputException, match=OTHER_SHAPE):
            con.execute(read, {"texts": [*texts, other]}).fetchall()


@pytest.mark.parametrize(
    "text",
    [
        "14/07/2025 10.05", "14.07.2025 10.05", "14/07/2025 10h05", "14.7.2025 klo 10.05", "2025-07-14 kl. 10.05",
        "14/07/2025 ore 10:05", "14.07.2025, 10.05", "14.07.2025 10:05 Uhr", "14-07-2025 10.05 uur", "14 juillet 2025 à 10h05",
        "14. juli 2025 10:05", "14 lug 2025 10.05", "14-lug-2025 10.05", "14 lipca 2025 10:05", "14 temmuz 2025 saat 10:05",
        "14 июля 2025 г. 10:05", "14 июля 2025 г., в 10:05", "14 iulie 2025 10:05", "14/07/2025 10:05 a. m.",
        "2025-07-14 上午10:05", "2025/07/14 10時05分", "2025年7月14日 午前10:05", "2025. 7. 14. 오전 10:05", "20250714 10:05",
        "14/07/2025 10h05m00s",
    ],
)  # fmt: skip
def test_dates_as_people_write_them_in_many_languages(con: duckdb.DuckDBPyConnection, text: str) -> None:
    assert read(con, [text], order="dmy") == [utc(2025, 7, 14, 10, 5)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2025-07-14 下午10:05", utc(2025, 7, 14, 22, 5)),
        ("2025. 7. 14. 오후 3:05", utc(2025, 7, 14, 15, 5)),
        ("14/07/2025 10h", utc(2025, 7, 14, 10)),
        ("14.07.2025 10.05.30", utc(2025, 7, 14, 10, 5, 30)),
        # A day alone keeps no time of day, and what is none is none.
        ("2025. 7. 14.", utc(2025, 7, 14)),
        ("14. 7. 2025", utc(2025, 7, 14)),
        ("14.07.2025 25.05", None),
        ("14.07.2025 ongoing", None),
    ],
)
def test_times_of_day_are_told_from_days(
    con: duckdb.DuckDBPyConnection, text: str, expected: datetime | None
) -> None:
    assert read(con, [text], order="dmy") == [expected]


def test_the_first_letters_of_months_are_the_same_where_a_column_is_looked_at() -> None:
    said = build_query("odd_dates").split("month_names as (")[1].split("ordered as (")[0]
    assert set(re.findall(r"'(\w+)'", said)) == set(MONTHS)


def test_days_with_blanks_behind_their_dots_say_their_order_too(con: duckdb.DuckDBPyConnection) -> None:
    assert read(con, ["14. 7. 2025", "4. 7. 2025 10:05"]) == [utc(2025, 7, 14), utc(2025, 7, 4, 10, 5)]
    with pytest.raises(ExportError, match="fits both day/month and month/day"):
        read(con, ["4. 7. 2025"])
