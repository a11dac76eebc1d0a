"""Whole columns in a spreadsheet's shape are read by one format: what that reads is what each text says by itself."""

import itertools
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import duckdb
import pytest

from reliability.warehouse import staging
from reliability.warehouse.instants import OTHER_SHAPE, SHAPES, Shape, read_odd_dates, shape_of
from reliability.warehouse.macros import define_for, definitions
from tests.build_folder import Built, build_folder, table

HEADER = "incident_id,title,severity,opened_at,acknowledged_at,resolved_at"
START = datetime(2025, 2, 27, 9, 5, 30)


def export(shape: str, rows: int = 60) -> str:
    """Incidents five days and some minutes apart; every seventh is not acknowledged, every ninth is open."""
    lines = []
    for i in range(rows):
        at = START + timedelta(days=5 * i, minutes=37 * i)
        cells = [
            at.strftime(shape),
            "" if i % 7 == 0 else (at + timedelta(minutes=4)).strftime(shape),
            "" if i % 9 == 0 else (at + timedelta(minutes=90 + i)).strftime(shape),
        ]
        lines.append(f"I{i},Outage {i},P{i % 4 + 1},{','.join(cells)}")
    return table(HEADER, *lines)


def read(built: Built) -> list[tuple[Any, ...]]:
    return built.rows(
        "select incident_id, opened_at, acknowledged_at, resolved_at, day_only from incidents order by source_line"
    )


TO_THE_MINUTE = (
    "%d/%m/%Y %H:%M", "%-d/%-m/%Y %-H:%M", "%m/%d/%Y %H:%M", "%-m/%-d/%Y %-I:%M %p", "%d-%m-%Y %H:%M",
    "%d.%m.%Y %H:%M", "%m/%d/%Y %I:%M %p", "%d %b %Y %H:%M",
)  # fmt: skip
TO_THE_SECOND = ("%d/%m/%Y %H:%M:%S", "%m-%d-%Y %H:%M:%S", "%d.%m.%Y %H:%M:%S")


@pytest.mark.parametrize("shape", [*TO_THE_MINUTE, *TO_THE_SECOND])
@pytest.mark.parametrize("zone", ["UTC", "America/New_York"])
def test_a_column_of_one_shape_says_what_the_same_times_say_in_iso_8601(
    tmp_path: Path, shape: str, zone: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings = f'[organisation]\ntime_zone = "{zone}"\n'
    exact = "%Y-%m-%d %H:%M:%S" if shape in TO_THE_SECOND else "%Y-%m-%d %H:%M:00"
    expected = read(build_folder(tmp_path / "iso", {"a.csv": export(exact)}, settings))
    # Each text by itself is not asked: of such a file the reader of odd dates has nothing to do.
    monkeypatch.setattr(staging, "read_odd_dates", None)
    assert read(build_folder(tmp_path / "shaped", {"a.csv": export(shape)}, settings)) == expected
    assert len(expected) == 60 and expected[1][3] is not None


@pytest.mark.parametrize(
    "odd",
    [
        "17.03.2025 06:04",
        "2025-03-17T06:04:00Z",
        "not yet",
        "17/3/25 6:04",
        "31/02/2025 06:04",
        "17/03/1825 06:04",
        "?",
    ],
)
def test_one_text_of_another_shape_is_read_by_itself_and_costs_no_other_row(tmp_path: Path, odd: str) -> None:
    lines = export("%d/%m/%Y %H:%M").splitlines()
    lines[55] = f"I54,Odd,P1,17/03/2025 06:00,17/03/2025 06:01,{odd}"
    # The same row first: what the first rows hold decides how the file is read.
    first = [lines[0], lines[55], *lines[1:55], *lines[56:]]
    quick, slow = (
        build_folder(tmp_path / name, {"a.csv": "\n".join([*text, ""])})
        for name, text in (("quick", lines), ("slow", first))
    )
    by_id = "select incident_id, opened_at, acknowledged_at, resolved_at, day_only from incidents order by incident_id"
    assert quick.rows(by_id) == slow.rows(by_id)
    assert quick.rows("select reason, detail from left_out") == slow.rows(
        "select reason, detail from left_out"
    )
    assert len(quick.rows(by_id)) >= 59


def test_a_column_that_contradicts_itself_is_asked_about_with_whole_dates(tmp_path: Path) -> None:
    rows = [f"I{i},t,P1,{day} 10:00,,," for i, day in enumerate(("03/04/2025", "25/12/2025", "12/25/2025"))]
    built = build_folder(tmp_path, {"a.csv": table(HEADER + ",x", *rows)})
    assert "(25/12/2025 10:00 and 12/25/2025 10:00)" in built.file("a.csv").problem


def test_a_shape_is_told_by_all_of_the_texts_that_are_looked_at() -> None:
    assert shape_of(["17/03/2025 06:04", "1/3/2025 6:04"]) is SHAPES[0]
    assert shape_of(["17/03/2025 06:04", "17/03/2025 06:04:05"]) is None
    assert shape_of(["17/03/2025 06:04", ""]) is None
    assert shape_of([]) is None


def near(example: str) -> list[str]:
    """Texts that are almost in a shape: blanks, digits and signs too many, too few or exchanged."""
    changed = [example]
    for i in range(len(example) + 1):
        changed += [example[:i] + c + example[i:] for c in (" ", "0", "9", "\t", "-", "é")]
        if i < len(example):
            changed += [example[:i] + example[i + 1 :], example[:i] + " " + example[i + 1 :]]
            changed += [example[:i] + c + example[i + 1 :] for c in "09/"]
    return [text.strip(" ") for text in changed]


EXAMPLES = (
    "03/04/2025 06:04", "3/4/2025 6:04:59", "03/04/2025 12:04 PM", "03-04-2025 06:04", "3-4-2025 23:59:59",
    "03.04.2025 06:04", "3.4.2025 00:00:00", "3 Apr 2025 06:04",
)  # fmt: skip


@pytest.mark.parametrize(("shape", "example"), list(zip(SHAPES, EXAMPLES, strict=True)))
@pytest.mark.parametrize(("zone", "order"), list(itertools.product(["UTC", "Europe/Berlin"], ["dmy", "mdy"])))
def test_what_one_format_reads_each_text_says_by_itself(
    shape: Shape, example: str, zone: str, order: str
) -> None:
    texts = sorted({*near(example), example.upper(), example.lower(), f"{example} UTC", f"{example}+02:00"})
    with duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        define_for(con, *(f"{name}(" for name in definitions()))
        # The same, but for where it ends the query.
        stops = f"error('{OTHER_SHAPE}')"
        assert stops in definitions()["instant_or_stop"]
        con.execute(definitions()["instant_or_stop"].replace(stops, "null"))
        con.execute("create table date_texts as select 'x' as column_name, unnest($t) as text", {"t": texts})
        read_odd_dates(con, zone, order)
        written = shape.day_first if order == "dmy" else shape.month_first
        if not written:
            return
        read = f"try_strptime(text, '{written}')"
        if "%b" in written:
            read = f"case when regexp_full_match(text, '[ -~]+') then {read} end"
        found = con.execute(
            f"""
            select text, quick, case when is_usual_date(text) then usual_instant(text, $zone) else moment end as alone
            from (
                select text, instant_or_stop(timezone($zone, {read}), text) as quick
                from date_texts
            ) as one
            left join odd_dates using (text)
            """,
            {"zone": zone},
        ).fetchall()
    assert not [row for row in found if row[1] is not None and row[1] != row[2]]
    by_text = {text: quick for text, quick, _ in found}
    assert by_text[example] is not None
    assert by_text[f"{example} UTC"] is None
    assert sum(quick is not None for quick in by_text.values()) > 10
    assert all(quick is None or quick.astimezone(UTC).year in range(1990, 2100) for quick in by_text.values())
