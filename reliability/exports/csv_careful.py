"""The careful way to read a delimited text: record by record, so that damage costs only what it hit.

Rows shorter than the header. Most were cut off, and what is left of them would be read as an incident
without an end.
They are set aside, unless the file shows that its writer leaves blank cells at the end of a row away:
- at least three rows, and one in twenty, are short, and no whole row ends in a blank cell; or
- eight or more short rows of one width follow each other (spreadsheets leave cells away by blocks of rows).
Then the missing cells are NULL. A single cell is never a row of a table that has more.

Rows longer than the header keep their cells in extra_1, extra_2 ...; blank ones at the end are nothing.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb

from reliability.exports.csv_layout import Layout
from reliability.exports.csv_records import Record, RecordReader, Scanner
from reliability.exports.csv_sample import physical_lines, sample_shapes
from reliability.exports.header import MOST_EXTRA, is_blank
from reliability.exports.raw_table import EMPTY_ROW, REPEATED_HEADER, Loaded, Unreadable, unreadable
from reliability.exports.table_writer import TableWriter

_HABIT_ROWS = 3
_HABIT_SHARE = 0.05
_BLOCK = 8


def load_careful(con: duckdb.DuckDBPyConnection, table: str, path: Path, layout: Layout) -> Loaded:
    """Load a UTF-8 text into `table`."""
    rows = _Rows(con, table, layout)
    lines = physical_lines(path, layout.header_lines)
    shapes = sample_shapes(path, layout)
    for record in RecordReader(lines, Scanner(layout.dialect), shapes, layout.header_lines + 1):
        rows.take(record)
    return rows.finish()


class _Rows:
    """Sorts records into the table, and into what is set aside."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, layout: Layout) -> None:
        self._con, self._table, self._layout = con, table, layout
        self._width = len(layout.header.names)
        self._columns = list(layout.header.names)
        self._first_cells = {row[0].removeprefix("\ufeff") for row in layout.header.rows}
        self._writer = TableWriter(con, table, self._columns)
        self._unreadable: list[Unreadable] = []
        self._short: list[tuple[int, Record]] = []
        self._whole_ends_blank = False
        self._taken = 0

    def take(self, record: Record) -> None:
        """Sort in one record."""
        self._taken += 1
        cells = record.cells
        if cells is None:
            self._set_aside(record, record.reason)
        elif not cells[0].strip() and all(map(is_blank, cells)):
            self._set_aside(record, EMPTY_ROW)
        elif cells[0].removeprefix("\ufeff") in self._first_cells and self._layout.header.is_repeated_by(
            cells
        ):
            self._set_aside(record, REPEATED_HEADER)
        elif len(cells) < self._width:
            self._short.append((self._taken, record))
        elif len(cells) == self._width:
            self._whole_ends_blank = self._whole_ends_blank or not cells[-1]
            self._writer.add(record.line, cells)
        else:
            self._take_wide(record, cells)

    def finish(self) -> Loaded:
        """Decide on the short rows and write everything that is left."""
        for record, kept in _judge(self._short, self._taken, self._whole_ends_blank):
            if kept and record.cells:
                self._writer.add(record.line, record.cells)
            else:
                self._set_aside(record, f"row has {len(record.cells or [])} of {self._width} cells")
        self._writer.close()
        self._unreadable.sort(key=lambda u: u.line)
        return Loaded(self._columns, self._writer.rows, self._unreadable)

    def _take_wide(self, record: Record, cells: list[str]) -> None:
        width = self._width
        while len(cells) > width and is_blank(cells[-1]):
            cells.pop()
        if joined := _without_header(cells, self._layout.header.rows[0]):
            # Two files were joined, and the first did not end its last line.
            self._writer.add(record.line, joined)
            self._set_aside(record, REPEATED_HEADER)
        elif len(cells) > width + max(width, MOST_EXTRA):
            self._set_aside(record, f"row has {len(cells)} cells where the header names {width}")
        else:
            for name in self._layout.header.columns(len(cells))[len(self._columns) :]:
                self._writer.add_column(name)
                self._columns.append(name)
            self._writer.add(record.line, cells)

    def _set_aside(self, record: Record, reason: str) -> None:
        self._unreadable.append(unreadable(record.line, reason, record.text))


def _without_header(cells: Sequence[str], header: Sequence[str]) -> list[str]:
    """Return the row in front of a header on the same line; nothing when there is none."""
    last = len(header) - 1
    if len(cells) != 2 * last + 1 or list(cells[last + 1 :]) != list(header[1:]):
        return []
    if not cells[last].endswith(header[0]):
        return []
    return [*cells[:last], cells[last].removesuffix(header[0]).removesuffix("\ufeff")]


def _judge(
    short: list[tuple[int, Record]], records: int, whole_ends_blank: bool
) -> Iterator[tuple[Record, bool]]:
    """Yield every short row, and whether only blank cells are missing from it (see the module's text)."""
    habit = not whole_ends_blank and len(short) >= max(_HABIT_ROWS, records * _HABIT_SHARE)
    at = 0
    while at < len(short):
        end = at + 1
        while end < len(short) and _follows(short[end - 1], short[end]):
            end += 1
        for _, record in short[at:end]:
            yield record, len(record.cells or []) > 1 and (habit or end - at >= _BLOCK)
        at = end


def _follows(one: tuple[int, Record], other: tuple[int, Record]) -> bool:
    return other[0] == one[0] + 1 and len(other[1].cells or []) == len(one[1].cells or [])
