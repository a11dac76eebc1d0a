"""Workbooks and Parquet files, whatever is in them and whatever happened to them: read whole, or refused in one line."""

import datetime as dt
import io
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from reliability.errors import ExportError
from reliability.exports import sources
from tests.exported import load
from tests.finds import Rows, kept, missing

HEADER = ["number", "opened_at", "title", "votes", "open"]

texts = st.lists(
    st.sampled_from(["a", "b", "é", "日", " ", ",", ";", '"', "'", "\n", "<", "&", "]]>", "\\", "-", "7", "\t", "💥"]),
    max_size=10,
).map("".join)  # fmt: skip
instants = st.datetimes(dt.datetime(1990, 1, 1), dt.datetime(2090, 1, 1)).map(
    lambda at: at.replace(second=0, microsecond=0)
)
numbers = st.one_of(
    st.integers(-(10**9), 10**9), st.floats(-1e6, 1e6).map(lambda x: round(x, 3)), st.booleans()
)
rows_of_cells = st.lists(
    st.tuples(
        st.integers(0, 10**6).map(lambda n: f"INC{n:07}"),
        st.one_of(st.none(), instants),
        st.one_of(st.none(), texts),
        st.one_of(st.none(), numbers),
        st.one_of(st.none(), st.booleans()),
    ),
    min_size=1,
    max_size=12,
)
Cells = tuple[Any, ...]


def text(value: object) -> str | None:
    """A value as every reader writes it; a blank text in a cell is the same as none."""
    if value is None or value == "":
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, float) and value == int(value):
        return str(int(value))
    return str(value)


def as_read(rows: list[Cells]) -> Rows:
    return [dict(zip(HEADER, map(text, cells), strict=True)) for cells in rows]


def workbook(**sheets: list[Cells]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        sheet.append(HEADER)
        for cells in rows:
            sheet.append(cells)
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    cell.data_type = "s"  # what begins with "=" is a text here
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def parquet(rows: list[Cells], whole: bool) -> bytes:
    """A Parquet file of the rows. whole: times and numbers by their types, else everything is text."""
    columns = [[cells[place] for cells in rows] for place in range(len(HEADER))]
    if whole:
        columns[3] = [None if value is None else float(value) for value in columns[3]]
        types = [pa.string(), pa.timestamp("us"), pa.string(), pa.float64(), pa.bool_()]
    else:
        columns = [[text(value) for value in column] for column in columns]
        types = [pa.string()] * len(HEADER)
    out = io.BytesIO()
    pq.write_table(pa.Table.from_arrays(list(map(pa.array, columns, types)), HEADER), out)
    return out.getvalue()


def read_all(data: bytes, name: str) -> dict[str, Rows]:
    """Read every table of a file; those that are refused, in one clear line, are left out."""
    found: dict[str, Rows] = {}
    with tempfile.TemporaryDirectory() as folder:
        Path(folder, name).write_bytes(data)
        for source in sources(Path(folder)):
            try:
                found[source.name] = [cells for _, cells in load(Path(folder), source.name).rows]
            except ExportError as error:
                assert "\n" not in str(error) and error.remedy, str(error)
                assert "reading it failed" not in str(error), str(error)
    return found


@given(rows_of_cells)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_a_sound_workbook_is_read_whole(rows: list[Cells]) -> None:
    data = workbook(Incidents=rows)
    with kept("sound-workbook", "a.xlsx", data, as_read(rows)):
        assert missing(as_read(rows), read_all(data, "a.xlsx")["a.xlsx!Incidents"]) == []


@given(rows_of_cells)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_a_sound_parquet_file_of_text_is_read_whole(rows: list[Cells]) -> None:
    data = parquet(rows, whole=False)
    with kept("sound-parquet", "a.parquet", data, as_read(rows)):
        assert missing(as_read(rows), read_all(data, "a.parquet")["a.parquet"]) == []


@given(rows_of_cells)
@settings(max_examples=25, suppress_health_check=[HealthCheck.too_slow])
def test_times_and_numbers_of_a_parquet_file_are_read_as_duckdb_writes_them(rows: list[Cells]) -> None:
    data = parquet(rows, whole=True)
    found = read_all(data, "a.parquet")["a.parquet"]
    with duckdb.connect() as con:
        for cells, row in zip(rows, found, strict=True):
            assert row["opened_at"] == text(cells[1])
            assert (row["votes"] is None) == (cells[3] is None)
            if cells[3] is not None:
                assert con.execute("select cast(? as double)", [row["votes"]]).fetchone() == (
                    float(cells[3]),
                )
            assert (row["number"], row["title"], row["open"]) == (cells[0], cells[2], text(cells[4]))


@st.composite
def damages(draw: st.DrawFn) -> tuple[str, int, int, bytes]:
    """What happens to bytes: how, where (in thousandths of the length), how much, and what comes in."""
    return (
        draw(st.sampled_from(["flip", "cut", "hole", "repeat", "junk"])),
        draw(st.integers(0, 999)),
        draw(st.integers(1, 200)),
        draw(
            st.sampled_from([b"\0\0", b"\xff", b"<", b"</row>", b"<c>", b'"', b"&#x1F;", b"9" * 400, b"NaN"])
        ),
    )


def damaged(content: bytes, how: str, where: int, much: int, junk: bytes) -> bytes:
    at = len(content) * where // 1000
    match how:
        case "flip":
            return content[:at] + bytes([content[at] ^ much]) + content[at + 1 :]
        case "cut":
            return content[:at]
        case "hole":
            return content[:at] + content[at + much :]
        case "repeat":
            return content[:at] + content[at : at + much] * 2 + content[at + much :]
        case _:
            return content[:at] + junk + content[at:]


def with_member(data: bytes, member: str, content: bytes) -> bytes:
    """A workbook's archive with another content of one of its members."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for info in old.infolist():
            new.writestr(info, content if info.filename == member else old.read(info))
    return out.getvalue()


@given(rows_of_cells, damages())
@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_sheet_never_costs_the_one_beside_it(
    rows: list[Cells], damage: tuple[str, int, int, bytes]
) -> None:
    sound = workbook(First=rows, Second=rows)
    member = "xl/worksheets/sheet2.xml"
    with zipfile.ZipFile(io.BytesIO(sound)) as book:
        data = with_member(sound, member, damaged(book.read(member), *damage))
    with kept("damaged-sheet", "a.xlsx", data, as_read(rows)):
        assert missing(as_read(rows), read_all(data, "a.xlsx")["a.xlsx!First"]) == []


@given(rows_of_cells, st.data())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_workbook_is_read_or_refused_in_one_line(rows: list[Cells], data: st.DataObject) -> None:
    sound = workbook(First=rows)
    with zipfile.ZipFile(io.BytesIO(sound)) as book:
        member = data.draw(st.sampled_from(["", *book.namelist()]))
        broken = damaged(book.read(member) if member else sound, *data.draw(damages()))
    broken = with_member(sound, member, broken) if member else broken
    with kept("damaged-workbook", "a.xlsx", broken, []):
        read_all(broken, "a.xlsx")


@given(rows_of_cells, st.booleans(), damages())
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow])
def test_a_damaged_parquet_file_is_read_or_refused_in_one_line(
    rows: list[Cells], whole: bool, damage: tuple[str, int, int, bytes]
) -> None:
    broken = damaged(parquet(rows, whole), *damage)
    with kept("damaged-parquet", "a.parquet", broken, []):
        read_all(broken, "a.parquet")
