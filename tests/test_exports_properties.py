"""Whatever happens to some rows of a file, the others arrive whole, and every record is accounted for."""

import csv
import io
import json
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import duckdb
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.exports.csv_careful import load_careful
from reliability.exports.csv_layout import find_layout
from tests.exported import Read, read
from tests.finds import kept

HEADER = ["number", "opened_at", "title", "state", "owner"]

texts = st.lists(
    st.sampled_from(
        ["a", "b", "é", "日", " ", ",", ";", '"', "'", "\n", "\r\n", "\u0085", "\\", "-", "7", "\t"]
    ),
    max_size=12,
).map("".join)


@st.composite
def tables(draw: st.DrawFn, least: int = 1) -> list[list[str]]:
    """Rows with an identifier and a date, as exports have them, and a title that may hold anything."""
    count = draw(st.integers(least, 14))
    return [
        [
            f"INC{draw(st.integers(0, 10**6)):07}",
            f"2025-{draw(st.integers(1, 12)):02}-{draw(st.integers(1, 28)):02} 10:{draw(st.integers(0, 59)):02}",
            draw(texts),
            draw(st.sampled_from(["Open", "Closed", "In Progress"])),
            draw(st.sampled_from(["", "Ann", "Bo Li"])),
        ]
        for _ in range(count)
    ]


@dataclass(frozen=True)
class Writing:
    """How a file is written."""

    delimiter: str
    ending: str
    quoting: int

    def row(self, cells: list[str]) -> str:
        out = io.StringIO(newline="")
        csv.writer(out, delimiter=self.delimiter, quoting=self.quoting).writerow(cells)
        return out.getvalue().removesuffix("\r\n")


writings = st.builds(
    Writing,
    delimiter=st.sampled_from([",", ";", "\t", "|"]),
    ending=st.sampled_from(["\n", "\r\n"]),
    quoting=st.sampled_from([csv.QUOTE_MINIMAL, csv.QUOTE_ALL]),
)


def read_bytes(data: bytes) -> Read:
    with tempfile.TemporaryDirectory() as folder:
        return read(Path(folder), data)


def lines_of(records: list[bytes], ending: bytes) -> list[int]:
    """The physical line (from 2: the header is one line) where each record starts."""
    lines, line = [], 2
    for record in records:
        lines.append(line)
        line += (record + ending).count(b"\n")
    return lines


@given(tables(), writings, st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_sound_file_is_read_whole(rows: list[list[str]], writing: Writing, codec: str) -> None:
    records = [writing.row(cells) for cells in rows]
    whole = (writing.ending.join([writing.row(HEADER), *records]) + writing.ending).encode(codec)
    with kept("sound-rows", "export.csv", whole, [dict(zip(HEADER, cells, strict=True)) for cells in rows]):
        found = read_bytes(whole)
        assert found.table.unreadable == []
        assert found.values == rows
        assert found.lines == lines_of([r.encode() for r in records], writing.ending.encode())


@given(tables(), writings)
@settings(max_examples=40)
def test_the_careful_reader_reads_a_sound_file_as_the_quick_one_does(
    rows: list[list[str]], writing: Writing
) -> None:
    text = writing.ending.join([writing.row(HEADER), *map(writing.row, rows)])
    quick = read_bytes(text.encode())
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        path = Path(folder, "export.csv")
        path.write_bytes(text.encode())
        loaded = load_careful(con, "raw", path, find_layout(text, "export.csv"))
        careful = con.execute(
            "select source_line, * exclude (source_line) from raw order by source_line"
        ).fetchall()
    assert loaded.unreadable == []
    assert careful == [(line, *cells.values()) for line, cells in quick.rows]


Damage = Callable[[bytes, int, Writing], bytes]


def cut(record: bytes, at: int, writing: Writing) -> bytes:
    return record[: at % len(record)] or b"I"


def stray_quote(record: bytes, at: int, writing: Writing) -> bytes:
    at %= len(record) + 1
    return record[:at] + b'"' + record[at:]


def lost_quote(record: bytes, at: int, writing: Writing) -> bytes:
    places = [i for i, byte in enumerate(record) if byte == ord('"')] or [0]
    at = places[at % len(places)]
    return record[:at] + record[at + 1 :]


def opened_cell(record: bytes, at: int, writing: Writing) -> bytes:
    cells = record.split(writing.delimiter.encode())
    cells[at % len(cells)] = b'"' + cells[at % len(cells)]
    return writing.delimiter.encode().join(cells)


def zero_bytes(record: bytes, at: int, writing: Writing) -> bytes:
    at %= len(record) + 1
    return record[:at] + b"\0\0" + record[at:]


def wrong_encoding(record: bytes, at: int, writing: Writing) -> bytes:
    at %= len(record) + 1
    return record[:at] + b"\xe9\x85\x81\xff" + record[at:]


def wide(record: bytes, at: int, writing: Writing) -> bytes:
    return record + f"{writing.delimiter}x".encode() * (1 + at % 4)


def short(record: bytes, at: int, writing: Writing) -> bytes:
    return record.rsplit(writing.delimiter.encode(), 1 + at % 4)[0]


def header_again(record: bytes, at: int, writing: Writing) -> bytes:
    return writing.row(HEADER).encode()


def blank_cells(record: bytes, at: int, writing: Writing) -> bytes:
    return writing.delimiter.encode() * 4


def footer(record: bytes, at: int, writing: Writing) -> bytes:
    return b"Total: 12 rows"


def blank_line(record: bytes, at: int, writing: Writing) -> bytes:
    return b""


damages = st.sampled_from(
    [
        cut, stray_quote, lost_quote, opened_cell, zero_bytes, wrong_encoding, wide, short, header_again,
        blank_cells, footer, blank_line,
    ]
)  # fmt: skip


@given(tables(least=6), writings, st.data())
@settings(max_examples=150, suppress_health_check=[HealthCheck.too_slow])
def test_damaged_rows_never_cost_their_neighbours(
    rows: list[list[str]], writing: Writing, data: st.DataObject
) -> None:
    records = [writing.row(cells).encode() for cells in rows]
    hit = data.draw(st.sets(st.integers(0, len(rows) - 1), min_size=1, max_size=len(rows) // 3))
    for place in sorted(hit):
        damage: Damage = data.draw(damages)
        records[place] = damage(records[place], data.draw(st.integers(0, 10**6)), writing)
    ending = writing.ending.encode()
    whole = ending.join([writing.row(HEADER).encode(), *records]) + ending
    expected = [dict(zip(HEADER, rows[i], strict=True)) for i in range(len(rows)) if i not in hit]
    with kept("damaged-rows", "export.csv", whole, expected):
        check_damaged(rows, lines_of(records, ending), hit, read_bytes(whole))


def check_damaged(rows: list[list[str]], starts: list[int], hit: set[int], found: Read) -> None:
    """Rows that were not hit have arrived, each on its line, and what was set aside has a reason."""
    arrived = {line: list(cells.values())[: len(HEADER)] for line, cells in found.rows}
    untouched = {starts[i]: rows[i] for i in range(len(rows)) if i not in hit}
    assert {line: arrived.get(line) for line in untouched} == untouched
    assert all(u.reason and u.text.strip("\ufeff") for u in found.table.unreadable)
    assert found.lines == sorted(set(found.lines))


@given(tables(least=6), st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_object_never_costs_its_neighbours(rows: list[list[str]], data: st.DataObject) -> None:
    objects = [
        json.dumps({**dict(zip(HEADER, cells, strict=True)), "updates": [{"at": cells[1], "body": cells[2]}]})
        for cells in rows
    ]
    hit = data.draw(st.integers(0, len(rows) - 1))
    at = data.draw(st.integers(1, len(objects[hit]) - 1))
    whole = list(objects)
    objects[hit] = objects[hit][:at]
    lined, listed = data.draw(
        st.sampled_from([("\n", "{}"), (",\n", "[{}]"), (", ", '{{"data": [{}], "n": 1}}')])
    )
    document = listed.format(lined.join(objects))
    expected = [dict(zip(HEADER, cells, strict=True)) for i, cells in enumerate(rows) if i != hit]
    with kept("damaged-object", "export.json", document.encode(), expected):
        check_objects(rows, whole, hit, document)


def check_objects(rows: list[list[str]], whole: list[str], hit: int, document: str) -> None:
    """Objects that were not hit have arrived, nested lists included."""
    with tempfile.TemporaryDirectory() as folder:
        found = read(Path(folder), document, "export.json")
    numbers = [row[0] for i, row in enumerate(rows) if i != hit]
    assert [cells["number"] for _, cells in found.rows] == numbers
    assert [cells["updates"] for _, cells in found.rows] == [
        json.dumps(json.loads(o)["updates"]) for i, o in enumerate(whole) if i != hit
    ]
