"""Sheets of an XLSX workbook into tables."""

import datetime as dt
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager
from itertools import chain, islice
from pathlib import Path
from typing import IO
from xml.etree import ElementTree

import duckdb
from openpyxl.reader.excel import ExcelReader
from openpyxl.styles.stylesheet import apply_stylesheet
from openpyxl.worksheet._read_only import ReadOnlyWorksheet

from reliability.errors import ExportError
from reliability.exports.header import MOST_EXTRA, find_header, is_blank
from reliability.exports.merged_cells import Numbered, Span, filled_down, spans
from reliability.exports.raw_table import REPEATED_HEADER, RawTable, Unreadable, unreadable
from reliability.exports.table_writer import TableWriter

# Missing styles and odd print settings are no concern of a reader of values.
warnings.filterwarnings("ignore", module="openpyxl")

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_ID = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_SAMPLE = 200
_UNREADABLE_BOOK = "it is not a workbook that can be read"
_DAMAGE = (zipfile.BadZipFile, zlib.error, ElementTree.ParseError, KeyError, ValueError)
_CELL = re.compile(rb"<(?:\w+:)?c[ >]")
_REMEDY = "Open it in a spreadsheet program and save it again as .xlsx, without a password."


def sheet_names(file: Path | IO[bytes]) -> list[str]:
    """Return the names of a workbook's sheets that have a cell, in their order.

    Only the list of sheets and the start of each is read. Raises ValueError when it is no workbook.
    """
    try:
        with zipfile.ZipFile(file) as book:
            return [name for name, member in _members(book).items() if _has_cells(book, member)]
    except (*_DAMAGE, OSError, NotImplementedError) as error:
        raise ValueError(_UNREADABLE_BOOK) from error


def _members(book: zipfile.ZipFile) -> dict[str, str]:
    """The sheets of a workbook, each with the member of the archive that it is; of two of one name, the last."""
    rels = ElementTree.fromstring(book.read("xl/_rels/workbook.xml.rels"))
    targets = {rel.get("Id"): rel.get("Target", "") for rel in rels}
    sheets = ElementTree.fromstring(book.read("xl/workbook.xml")).iter(f"{_MAIN}sheet")
    found = {s.get("name", ""): targets.get(s.get(_ID), "") for s in sheets}
    return {name: t.removeprefix("/") if t.startswith("/") else f"xl/{t}" for name, t in found.items()}


def _has_cells(book: zipfile.ZipFile, member: str) -> bool:
    try:
        with book.open(member) as sheet:
            return bool(_CELL.search(sheet.read(1 << 16)))
    except (*_DAMAGE, OSError, NotImplementedError):
        return True  # reading it will say what is wrong with it, and the sheets beside it are read


def load_sheet(con: duckdb.DuckDBPyConnection, table: str, path: Path, sheet: str, where: str) -> RawTable:
    """Load one sheet into `table`; `source_line` is the row's number in the sheet.

    A blank cell is NULL, a row of blank cells no record. A cell below the header that is merged over several rows
    counts in each. Dates are written as `2025-03-17 06:04:00`.
    Raises ExportError when the workbook cannot be read or the sheet has no header.
    """
    with path.open("rb") as file, closing(_Opened(file, sheet, where)) as book:
        return _load(con, table, _texts(book.rows()), book.merged, where)


class _Opened:
    """One sheet of a workbook: damage in other sheets, in charts, themes or properties costs nothing.

    Raises ExportError when it cannot be read: whatever openpyxl ends with comes from the file.
    """

    def __init__(self, file: IO[bytes], sheet: str, where: str) -> None:
        self._where = where
        with self._told():
            # As an open file: by its name, openpyxl refuses workbooks that are called otherwise.
            book = ExcelReader(file, read_only=True, data_only=True, keep_links=False)
            self._archive = book.archive
            book.read_manifest()
            book.read_strings()
            book.read_workbook()
            apply_stylesheet(book.archive, book.wb)
            member = _members(book.archive)[sheet]
            self._sheet = ReadOnlyWorksheet(book.wb, sheet, member, book.shared_strings)
            self._sheet.reset_dimensions()  # some writers state a size that is too small
            with book.archive.open(member) as xml:
                self.merged: list[Span] = spans(xml)

    def rows(self) -> Iterator[tuple[object, ...]]:
        with self._told():
            yield from self._sheet.iter_rows(values_only=True)

    def close(self) -> None:
        self._archive.close()

    @contextmanager
    def _told(self) -> Iterator[None]:
        try:
            yield
        except (OSError, MemoryError):
            raise
        except Exception as error:
            raise ExportError(_UNREADABLE_BOOK, self._where, _REMEDY) from error


def _texts(rows: Iterable[tuple[object, ...]]) -> Iterator[Numbered]:
    """Yield the rows that are not blank as text, with their numbers."""
    for number, row in enumerate(rows, start=1):
        cells = [_text(value) for value in row]
        while cells and is_blank(cells[-1]):
            cells.pop()
        if cells:
            yield number, cells


def _text(value: object) -> str | None:
    match value:
        case None:
            return None
        case bool():
            return "true" if value else "false"
        case float() if value.is_integer() and abs(value) < 1e15:
            return str(int(value))
        case dt.datetime():
            return value.isoformat(" ")
        case _:
            return str(value)


def _load(
    con: duckdb.DuckDBPyConnection, table: str, rows: Iterator[Numbered], merged: list[Span], where: str
) -> RawTable:
    start = list(islice(rows, _SAMPLE))
    header = find_header([[cell or "" for cell in cells] for _, cells in start], where)
    after = header.first + header.count
    columns = list(header.names)
    writer = TableWriter(con, table, columns)
    set_aside: list[Unreadable] = []
    for number, cells in filled_down(chain(start[after:], rows), merged, below=start[after - 1][0]):
        padded = [cell or "" for cell in cells] + [""] * (len(header.names) - len(cells))
        if header.is_repeated_by(padded):
            set_aside.append(unreadable(number, REPEATED_HEADER, "\t".join(padded)))
            continue
        width = len(header.names)
        if len(cells) > width + max(width, MOST_EXTRA):
            reason = f"row has {len(cells)} cells where the header names {width}"
            set_aside.append(unreadable(number, reason, "\t".join(cell for cell in cells if cell)))
            continue
        for name in header.columns(len(cells))[len(columns) :]:
            writer.add_column(name)
            columns.append(name)
        writer.add(number, cells)
    writer.close()
    records = writer.rows + len(set_aside)
    return RawTable(
        columns,
        records,
        set_aside,
        "xlsx",
        header_lines=start[after - 1][0],
        repeats=header.naming.repeats,
    )
