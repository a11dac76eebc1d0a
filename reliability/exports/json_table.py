"""JSON into a table: a list of objects, an object with such a list inside, or one object a line.

A column per top-level key of any object; null is NULL, a nested value its JSON text. Of several lists
inside an object the longest is the table, together with those whose objects have mostly the same keys.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import duckdb

from reliability.errors import ExportError
from reliability.exports.column_names import MOST_COLUMNS, ColumnNames
from reliability.exports.encodings import TextFile, as_utf8
from reliability.exports.json_objects import (
    NOT_AN_OBJECT,
    BrokenObject,
    Found,
    ObjectReader,
    read_members,
    read_object,
)
from reliability.exports.raw_table import RawTable, Unreadable, unreadable
from reliability.exports.table_writer import TableWriter

_DEEPEST = 3
_LINES_LOOKED_AT = 21
_LINE_SUFFIXES = (".jsonl", ".ndjson")


def load_json(
    con: duckdb.DuckDBPyConnection, table: str, text: TextFile, where: str, scratch: Path
) -> RawTable:
    """Load a JSON text into `table`.

    `source_line` is the line an object starts in, or its place in the list when several share a line.
    Raises ExportError when it holds no object.
    """
    if not text.checked:
        text = as_utf8(text.path, scratch, thorough=True, page=text.page)
    reader = ObjectReader()
    if _is_lines(text.path, where, reader):
        kind = "json lines"
        rows = _Rows(con, table)
        for number, line in _lines(text.path):
            for found in _one_damage(reader.read_stream(line), line):
                rows.take(number, found)
    else:
        kind = "json"
        whole = text.path.read_text(encoding="utf-8").removeprefix("\ufeff")
        if not whole.strip():
            raise ExportError("it is empty", where, "Export it again, or remove the file.")
        rows = _by_line(whole, _Rows(con, table)) or _by_place(whole, _Rows(con, table))
    return replace(rows.finish(kind, text.encoding, where), perhaps=text.perhaps)


def _lines(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the lines that are not blank, with their numbers."""
    with path.open("rb") as file:
        for number, raw in enumerate(file, start=1):
            line = raw.decode("utf-8").removeprefix("\ufeff").strip()
            if line:
                yield number, line


def _one_damage(elements: Iterator[Found], line: str) -> Iterator[Found]:
    """Yield the elements of a line; several pieces of garbage in a row are one damaged record."""
    damaged = False
    for found in elements:
        if found.cells is not None:
            yield found
        elif not damaged:
            yield replace(found, text=line)
        damaged = found.cells is None


def _is_lines(path: Path, where: str, reader: ObjectReader) -> bool:
    """Tell whether there is an object a line, and let the reader learn from the first ones."""
    lines = [line for (_, line), _ in zip(_lines(path), range(_LINES_LOOKED_AT), strict=False)]
    if not lines or lines[0][0] == "[" or lines[0][-1] in "[{":
        return False
    whole = [cells for line in lines if (cells := _whole_object(line)) is not None]
    if len(lines) == 1:
        return bool(whole) and Path(where.removesuffix(".gz")).suffix.lower() in _LINE_SUFFIXES
    if len(whole) * 2 < len(lines):
        return False
    for cells in whole:
        reader.learn(cells)
    return True


def _whole_object(line: str) -> dict[str, str | None] | None:
    if line[0] != "{":
        return None
    try:
        cells, end = read_object(line, 0)
    except BrokenObject:
        return None
    return None if line[end:].strip(", ") else cells


@dataclass(frozen=True)
class _List:
    start: int
    objects: int
    keys: frozenset[str]


def _elements(text: str, reader: ObjectReader) -> Iterator[Found]:
    start = len(text) - len(text.lstrip())
    if text[start] == "[":
        yield from reader.read_list(text, start, last=True)
        return
    lists = _lists(text, start, 1) if text[start] == "{" else []
    if not lists and _wraps_nothing(text, start):
        return
    if not lists:
        yield from reader.read_stream(text, start)
        return
    longest = max(lists, key=lambda one: one.objects)
    for one in sorted(lists, key=lambda one: one.start):
        if one is longest or len(one.keys & longest.keys) * 2 > len(one.keys | longest.keys):
            yield from reader.read_list(text, one.start)


def _lists(text: str, at: int, depth: int) -> list[_List]:
    """Find the lists of objects inside the object at `at`; none when it is a record itself."""
    found: list[_List] = []
    try:
        members, end = read_members(text, at)
        if depth == 1 and (text[end:].strip() or any(m.key == "id" for m in members)):
            return []
    except BrokenObject as broken:
        members = broken.members
        if text[broken.at : broken.at + 1] == "[":
            # The list that is damaged or cut is the one with the records.
            found.append(_List(broken.at, len(text), frozenset()))
        elif text[broken.at : broken.at + 1] == "{" and depth < _DEEPEST:
            found += _lists(text, broken.at, depth + 1)
    for member in members:
        if isinstance(member.value, list):
            objects = [e for e in member.value if isinstance(e, dict)]
            if objects:
                found.append(_List(member.start, len(objects), frozenset(k for o in objects[:20] for k in o)))
        elif isinstance(member.value, dict) and depth < _DEEPEST:
            found += _lists(text, member.start, depth + 1)
    return found


def _wraps_nothing(text: str, at: int) -> bool:
    """Tell whether the only object of a text has an empty list where its records would be."""
    try:
        members, end = read_members(text, at)
    except BrokenObject:
        return False
    alone = not text[end:].strip() and all(m.key != "id" for m in members)
    return alone and any(m.value == [] for m in members)


class _Rows:
    """Sorts elements into the table, whose columns grow with the keys, and into what is set aside."""

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str) -> None:
        self._writer = TableWriter(con, table, [])
        self._naming = ColumnNames()
        self._columns: list[str] = []
        self._places: dict[str, int] = {}
        self._unreadable: list[Unreadable] = []

    def take(self, number: int, found: Found) -> None:
        """Sort in one element."""
        if found.cells is None:
            self._unreadable.append(unreadable(number, found.reason, found.text))
            return
        if list(found.cells) == list(self._places):
            self._writer.add(number, list(found.cells.values()))
            return
        new = [key for key in found.cells if key not in self._places]
        if len(self._columns) + len(new) > MOST_COLUMNS:
            reason = f"with it the file would have more than {MOST_COLUMNS:,} different keys"
            self._unreadable.append(unreadable(number, reason, found.text))
            return
        for key in new:
            self._places[key] = len(self._columns)
            self._columns.append(self._naming.add(key, f"column_{len(self._columns) + 1}"))
            self._writer.add_column(self._columns[-1])
        row: list[str | None] = [None] * len(self._columns)
        for key, value in found.cells.items():
            row[self._places[key]] = value
        self._writer.add(number, row)

    def finish(self, kind: str, encoding: str, where: str) -> RawTable:
        """Write what is left. Raises ExportError when there was no object at all."""
        self._writer.close()
        objects = [found for found in self._unreadable if found.reason != NOT_AN_OBJECT]
        if not self._columns and objects:
            first = objects[0]
            what = f"it contains no readable object: {first.reason}"
            raise ExportError(what, f"{where}, object {first.line}", "Export it again, or remove the file.")
        if not self._columns:
            remedy = "An export in JSON is a list of objects. Export again, or remove the file."
            raise ExportError("it contains no list of objects with anything in them", where, remedy)
        records = self._writer.rows + len(self._unreadable)
        return RawTable(self._columns, records, self._unreadable, kind, encoding)


def _by_line(text: str, rows: _Rows) -> _Rows | None:
    """Sort in every element by the line it starts in; None as soon as two objects share one."""
    line, at, taken = 1, 0, 0
    for found in _elements(text, ObjectReader()):
        line += text.count("\n", at, found.start)
        at = found.start
        if found.cells is not None:
            if line == taken:
                return None
            taken = line
        rows.take(line, found)
    return rows


def _by_place(text: str, rows: _Rows) -> _Rows:
    """Sort in every element by its place among them, from 1."""
    for number, found in enumerate(_elements(text, ObjectReader()), start=1):
        rows.take(number, found)
    return rows
