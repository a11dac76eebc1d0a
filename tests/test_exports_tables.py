"""Parquet and XLSX: every value as text, rows numbered."""

import datetime as dt
import re
import zipfile
from io import BytesIO
from pathlib import Path

import duckdb
import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from reliability.errors import ExportError
from reliability.exports.merged_cells import Span, spans
from reliability.exports.xlsx_table import load_sheet, sheet_names
from tests.build_folder import rebuild
from tests.exported import load


def test_parquet_becomes_text_with_row_numbers(tmp_path: Path) -> None:
    table = pa.table(
        {
            "id": ["INC1", "INC2"],
            "count": [1, None],
            "at": pa.array([dt.datetime(2025, 3, 1, 9, tzinfo=dt.UTC), None], pa.timestamp("us", "UTC")),
            "local": [dt.datetime(2025, 3, 1, 10, 30), None],
            "tags": [["a", "b"], []],
            "by": [{"name": "Ann"}, None],
            "ID": ["x", "y"],
        }
    )
    pq.write_table(table, tmp_path / "a.parquet")
    found = load(tmp_path, "a.parquet")
    assert found.table.kind == "parquet"
    assert found.rows == [
        (1, {"id": "INC1", "count": "1", "at": "2025-03-01 09:00:00+00", "local": "2025-03-01 10:30:00",
             "tags": '["a","b"]', "by": '{"name":"Ann"}', "ID_2": "x"}),
        (2, {"id": "INC2", "count": None, "at": None, "local": None, "tags": "[]", "by": None, "ID_2": "y"}),
    ]  # fmt: skip


def test_the_first_filled_one_of_repeated_columns_counts_in_parquet_too(tmp_path: Path) -> None:
    values = [
        pa.array(cells) for cells in (["A", "B"], ["2025-07-01", "2025-07-02"], [None, "P2"], ["P1", "P3"])
    ]
    (tmp_path / "exports").mkdir()
    names = ["incident_id", "opened_at", "severity", "severity"]
    pq.write_table(pa.Table.from_arrays(values, names), tmp_path / "exports" / "a.parquet")
    (tmp_path / "review.toml").touch()
    built = rebuild(tmp_path)
    assert built.rows("select incident_id, severity from incidents order by 1") == [("A", 1), ("B", 2)]


def test_a_damaged_parquet_file_is_refused(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": list(range(1000))}), tmp_path / "a.parquet")
    (tmp_path / "a.parquet").write_bytes((tmp_path / "a.parquet").read_bytes()[:-30])
    with pytest.raises(ExportError, match="a.parquet: it is not a Parquet file that can be read"):
        load(tmp_path, "a.parquet")


def save(path: Path, rows: list[list[object]]) -> None:
    book = openpyxl.Workbook()
    for row in rows:
        book.active.append(row)
    book.save(path)


def test_a_sheet_becomes_text_with_row_numbers(tmp_path: Path) -> None:
    save(
        tmp_path / "a.xlsx",
        [
            ["Incidents of March"],
            [],
            ["number", "opened", "score", "open", "number"],
            ["INC1", dt.datetime(2025, 3, 17, 6, 4), 9, True, "x"],
            [],
            ["INC2", None, 9.5, False, None],
            ["number", "opened", "score", "open", "number"],
            ["INC3", "3/17/2025", 9.0, None, None, "beyond"],
        ],
    )
    found = load(tmp_path, "a.xlsx!Sheet")
    assert found.table.columns == ["number", "opened", "score", "open", "number_2", "extra_1"]
    assert found.lines == [4, 6, 8]
    assert found.values == [
        ["INC1", "2025-03-17 06:04:00", "9", "true", "x", None],
        ["INC2", None, "9.5", "false", None, None],
        ["INC3", "3/17/2025", "9", None, None, "beyond"],
    ]
    assert found.reasons == [(7, "repeated header")]
    assert found.table.header_lines == 3


def test_a_cell_merged_over_rows_counts_in_each_and_titles_and_totals_spread_nowhere(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    for cells in (
        ["Incidents of March", None, None],
        [None, None, None],
        ["number", "service", "opened"],
        ["INC1", "Payments", "2025-03-01 10:00"],
        ["INC2", None, "2025-03-02 10:00"],
        ["INC3", None, "2025-03-03 10:00"],
        ["INC4", None, "2025-03-04 10:00"],
        ["INC5", "Search", None],
        ["INC6", None, None],
        ["Total", None, None],
    ):
        sheet.append(cells)
    for merged in ("A1:C2", "B4:B6", "B8:C9", "A10:C10"):
        sheet.merge_cells(merged)
    book.save(tmp_path / "a.xlsx")
    found = load(tmp_path, "a.xlsx!Sheet")
    assert found.table.columns == ["number", "service", "opened"]
    assert found.values == [
        ["INC1", "Payments", "2025-03-01 10:00"],
        ["INC2", "Payments", "2025-03-02 10:00"],
        ["INC3", "Payments", "2025-03-03 10:00"],
        ["INC4", None, "2025-03-04 10:00"],
        ["INC5", "Search", None],
        ["INC6", "Search", None],
        ["Total", None, None],
    ]


def test_merged_cells_are_found_across_the_pieces_a_sheet_is_read_in() -> None:
    cells = [f'<mergeCell ref="B{row}:B{row + 1}"/>' for row in range(2, 200_000, 2)]
    found = spans(BytesIO(f"<mergeCells>{''.join(cells)}</mergeCells>".encode()))
    assert len(found) == len(cells)
    assert (found[0], found[-1]) == (Span(1, 2, 3), Span(1, 199_998, 199_999))


def test_hidden_sheets_and_hidden_rows_are_read_too(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    for name, sheet in (("open", book.active), ("old", book.create_sheet("old"))):
        assert sheet is not None
        sheet.title = name
        for row in (["number", "opened"], ["INC1", "2025-07-01"], ["INC2", "2025-07-02"]):
            sheet.append(row)
    book["old"].sheet_state = "hidden"
    book["old"].row_dimensions[3].hidden = True
    book.save(path)
    assert sheet_names(path) == ["open", "old"]
    with duckdb.connect() as con:
        assert load_sheet(con, "raw", path, "old", "a.xlsx!old").records == 2


def test_a_sheet_without_header_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "a.xlsx", [[1, 2], [3, 4]])
    with pytest.raises(ExportError, match="a.xlsx!Sheet: it has no header: the first row is '1, 2'"):
        load(tmp_path, "a.xlsx!Sheet")


def test_a_workbook_whose_sheet_is_damaged_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "ok.xlsx", [["a", "b"], [1, 2]])
    with zipfile.ZipFile(tmp_path / "ok.xlsx") as good, zipfile.ZipFile(tmp_path / "a.xlsx", "w") as bad:
        for name in good.namelist():
            data = good.read(name)
            bad.writestr(name, data[: len(data) - 40] if "sheet1" in name else data)
    with pytest.raises(ExportError, match="a.xlsx!Sheet: it is not a workbook that can be read"):
        load(tmp_path, "a.xlsx!Sheet")


def test_an_old_workbook_is_refused_with_the_way_out(tmp_path: Path) -> None:
    (tmp_path / "a.xls").write_bytes(bytes.fromhex("d0cf11e0a1b11ae1") + bytes(500))
    with pytest.raises(ExportError, match="an old .xls workbook, or one with a password. Save it as .xlsx"):
        load(tmp_path, "a.xls")


@pytest.mark.parametrize(("cell", "row"), [("XFD9", 9), ("XFD200000", 200_000)])
def test_a_stray_cell_far_from_the_table_costs_only_its_row(tmp_path: Path, cell: str, row: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["id", "at"])
    sheet.append(["INC1", "2025-03-01"])
    sheet[cell] = "stray"
    book.save(tmp_path / "a.xlsx")
    found = load(tmp_path, "a.xlsx!Sheet")
    assert found.values == [["INC1", "2025-03-01"]]
    assert found.reasons == [(row, "row has 16384 cells where the header names 2")]


def test_a_sheet_whose_xml_has_prefixes_is_read(tmp_path: Path) -> None:
    save(tmp_path / "plain.xlsx", [["id", "at"], ["INC1", "2025-03-01"]])
    member = "xl/worksheets/sheet1.xml"
    with (
        zipfile.ZipFile(tmp_path / "plain.xlsx") as plain,
        zipfile.ZipFile(tmp_path / "a.xlsx", "w") as other,
    ):
        for name in plain.namelist():
            content = plain.read(name)
            if name == member:
                content = re.sub(rb"<(/?)(\w)", rb"<\1x:\2", content).replace(b"xmlns=", b"xmlns:x=")
                assert b"<x:c " in content
            other.writestr(name, content)
    (tmp_path / "plain.xlsx").unlink()
    assert load(tmp_path, "a.xlsx!Sheet").values == [["INC1", "2025-03-01"]]
