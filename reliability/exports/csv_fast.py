"""The quick way to read a delimited text: DuckDB reads it whole, and the result is reconciled with the file.

DuckDB is strict here, so most damage makes it refuse. What it cannot notice is a quote that swallowed the
records behind it up to the next quote. So every physical line must be accounted for, and no value may hold
a line that looks like a record. Where anything does not add up, nothing is kept and the careful reader
(csv_careful) has its turn.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from reliability.exports.column_names import SOURCE_LINE, quoted
from reliability.exports.csv_layout import Layout
from reliability.exports.csv_records import End, Scanner
from reliability.exports.csv_sample import sample_shapes
from reliability.exports.raw_table import EMPTY_ROW, REPEATED_HEADER, Loaded, Unreadable, unreadable
from reliability.exports.shapes import Shapes

_CHUNK = 1 << 20
_TAIL = 4096
_LINE_END = ord("\n")
_GLOB = set("*?[]{}")
_MOST_SUSPECTS = 5_000
_SMALL = 1 << 22  # bytes of a text that one thread reads: its rows are counted on the way
_COMPARED = 8  # cells of a header that are looked for by the database
_BLANKS = "\ufeff \t\r\n\xa0"


@dataclass(frozen=True)
class PhysicalLines:
    """count: all lines. blank_at_end: those after the last record. zero_bytes: whether there are any."""

    count: int
    blank_at_end: int
    zero_bytes: bool


def count_lines(path: Path) -> PhysicalLines:
    """Count the physical lines of a text without decoding it."""
    # A server that only shows what was built listens without it.
    import numpy as np

    ends = 0
    zero = False
    tail = b""
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            # Three times as fast as bytes.count, which goes from one line end to the next.
            ends += int(np.count_nonzero(np.frombuffer(chunk, np.uint8) == _LINE_END))
            zero = zero or b"\0" in chunk
            tail = (tail + chunk[-_TAIL:])[-_TAIL:]
    blank = tail[len(tail.rstrip(b"\r\n")) :].count(b"\n") - 1
    return PhysicalLines(ends + bool(tail and not tail.endswith(b"\n")), max(blank, 0), zero)


def load_fast(
    con: duckdb.DuckDBPyConnection, table: str, path: Path, layout: Layout, scratch: Path
) -> Loaded | None:
    """Load a UTF-8 text into `table`; None when it is not clean enough (`table` may hold anything)."""
    columns = layout.header.columns(layout.width)
    plain = layout.dialect.quote == layout.dialect.escape == '"'
    # A column called rowid would hide DuckDB's own row numbers.
    if not plain or layout.width < 2 or "rowid" in map(str.casefold, columns):
        return None
    lines = count_lines(path)
    if lines.zero_bytes:
        return None
    numbered = path.stat().st_size < _SMALL
    try:
        rows = _read(con, table, _without_glob(path, scratch), layout, columns, numbered)
    except duckdb.Error:
        return None
    seen = _looked_at(con, table, columns, layout, rows)
    if not _is_in_order(seen, layout, rows) or not _reconcile(
        con, table, path, layout, lines, rows, numbered
    ):
        return None
    set_aside = _set_aside(con, table, seen, layout)
    return Loaded(drop_blank_extras(con, table, layout), rows - len(set_aside), set_aside)


def drop_blank_extras(con: duckdb.DuckDBPyConnection, table: str, layout: Layout) -> list[str]:
    """Drop the columns beyond the header in which no row has anything; return the columns that stay."""
    columns = layout.header.columns(layout.width)
    for name in columns[len(layout.header.names) :]:
        column = quoted(name)
        found = con.execute(f"select 1 from {quoted(table)} where {column} <> '' limit 1").fetchone()
        if found is None:
            con.execute(f"alter table {quoted(table)} drop column {column}")
            columns.remove(name)
    return columns


def _without_glob(path: Path, scratch: Path) -> Path:
    """Return a path that DuckDB takes for one file: `a[1].csv` would be a pattern."""
    if not _GLOB & set(str(path)):
        return path
    link = scratch / "plain_name.csv"
    link.unlink(missing_ok=True)
    link.symlink_to(path.absolute())
    return link


def _read(
    con: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    layout: Layout,
    columns: Sequence[str],
    numbered: bool,
) -> int:
    """Read the text into the table; return the number of rows. numbered: each gets the line after the one before."""
    line = "row_number() over () + $first" if numbered else "null::bigint"
    places = [f"c{i}" for i in range(len(columns))]
    names = ", ".join(map(quoted, columns))
    made = con.execute(
        f"""
        create or replace table {quoted(table)} as
        select *, {line} as {quoted(SOURCE_LINE)}
        from read_csv(
            $path, auto_detect = false, header = false, skip = $skip, delim = $delimiter, quote = '"',
            escape = '"', columns = $columns, force_not_null = $places, strict_mode = true, compression =
            'none'
        ) as raw({names})
        """,
        {
            "path": str(path),
            "skip": layout.header_rows,
            "delimiter": layout.dialect.delimiter,
            "columns": dict.fromkeys(places, "varchar"),
            "places": places,
            **({"first": layout.header_lines} if numbered else {}),
        },
    ).fetchall()
    return int(made[0][0])


def _reconcile(
    con: duckdb.DuckDBPyConnection,
    table: str,
    path: Path,
    layout: Layout,
    lines: PhysicalLines,
    rows: int,
    numbered: bool,
) -> bool:
    """Give every row its line; tell whether all lines of the file are accounted for."""
    expected = lines.count - layout.header_lines - lines.blank_at_end
    if rows > max(expected, 0):
        return False
    line = quoted(SOURCE_LINE)
    first = layout.header_lines + 1
    if rows == max(expected, 0):
        if not numbered:
            con.execute(f"update {quoted(table)} set {line} = rowid + $first", {"first": first})
        return True
    columns = layout.header.columns(layout.width)
    breaks = {c: f"length({quoted(c)}) - length(replace({quoted(c)}, chr(10), ''))" for c in columns}
    found = con.execute(
        f"select {', '.join(f'coalesce(sum({b}), 0)' for b in breaks.values())} from {quoted(table)}"
    ).fetchall()[0]
    broken = [c for c, n in zip(columns, found, strict=True) if n]
    if rows + sum(found) != expected or _swallowed(con, table, path, layout, broken):
        return False
    con.execute(
        f"""
        update {quoted(table)} as t
        set {line} = starts.line
        from (
            select
                rowid as row_id,
                rowid + $first + coalesce(sum({" + ".join(breaks[c] for c in broken)}) over (
                    order by rowid rows between unbounded preceding and 1 preceding
                ), 0) as line
            from {quoted(table)}
        ) as starts
        where t.rowid = starts.row_id
        """,
        {"first": first},
    )
    return True


@dataclass(frozen=True)
class _Row:
    """A row that is looked at closely.

    id: its place in the table, from 0. ordered: whether such places are those in the file. blank: whether nothing is in
    it. may_repeat: whether it begins as a header row does.
    """

    id: int
    ordered: bool
    blank: bool
    may_repeat: bool
    cells: list[str]


def _looked_at(
    con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str], layout: Layout, rows: int
) -> list[_Row]:
    """Return in one pass the first row and the last, those with nothing in them, and those that may repeat a header."""
    if not rows:
        return []
    # Blanks sort before or behind all letters of most texts: a comparison spares almost every row the trimming.
    near = f"({quoted(columns[0])} < '!' or {quoted(columns[0])} >= chr(160))"
    # One call for all columns: the planner's work grows with the square of the conditions.
    blank = f"{near} and trim(concat({', '.join(map(quoted, columns))}), $blanks) = ''"
    values: dict[str, object] = {"blanks": _BLANKS, "last": rows - 1}
    repeats = []
    for number, row in enumerate(_headers(layout, len(columns))):
        first = f"ltrim({quoted(columns[0])}, chr(65279))"
        cells = [first, *map(quoted, columns[1:_COMPARED])]
        wanted = {f"v{number}_{i}": c.removeprefix("\ufeff") for i, c in enumerate(row[: len(cells)])}
        repeats.append(" and ".join(f"{cell} = ${name}" for cell, name in zip(cells, wanted, strict=False)))
        values |= wanted
    ends, repeat = "rowid = 0 or rowid >= $last", " or ".join(f"({r})" for r in repeats) or "false"
    found = con.execute(
        f"select rowid, current_setting('preserve_insertion_order'), {blank}, {repeat}, * exclude ({SOURCE_LINE}) "
        f"from {quoted(table)} where {ends} or ({blank}) or {repeat} "
        "order by rowid",
        values,
    ).fetchall()
    return [_Row(id, ordered, blank, repeats, cells) for id, ordered, blank, repeats, *cells in found]


def _is_in_order(seen: Sequence[_Row], layout: Layout, rows: int) -> bool:
    """Tell whether the first row is the first record, and row numbers count from there.

    Titles and line breaks may stand before it. Line numbers rely on rows being stored in the order of the file.
    """
    if not rows:
        return True
    ends = [row for row in seen if row.id == 0 or row.id >= rows - 1]
    if [row.id for row in ends] != sorted({0, rows - 1}) or not ends[0].ordered:
        return False
    return layout.first_record is None or ends[0].cells == layout.first_record


def _swallowed(
    con: duckdb.DuckDBPyConnection, table: str, path: Path, layout: Layout, columns: Sequence[str]
) -> bool:
    """Tell whether a value of these columns holds a line that looks like a record."""
    shapes = sample_shapes(path, layout)
    if not shapes.knows:
        return False
    scanner = Scanner(layout.dialect)
    for name in columns:
        place = layout.header.columns(layout.width).index(name)
        suspects = con.execute(
            f"""
            select * exclude ({SOURCE_LINE}) from {quoted(table)}
            where contains({quoted(name)}, chr(10)) and regexp_matches({quoted(name)}, $pattern)
            limit {_MOST_SUSPECTS + 1}
            """,
            {"pattern": _suspicion(shapes, place)},
        ).fetchall()
        if len(suspects) > _MOST_SUSPECTS or any(_holds_record(r, place, scanner, shapes) for r in suspects):
            return True
    return False


def _suspicion(shapes: Shapes, place: int) -> str:
    """Return a pattern that any value holding a record matches: a line with an anchor's shape."""
    if place < shapes.anchor:
        return r"\n"
    runs = {"a": r"[\pL\pM]+", "9": r"\p{Nd}+", " ": r"\s+"}
    kinds = ("".join(runs.get(c) or re.escape(c) for c in shape) for shape in sorted(shapes.anchor_shapes))
    return r"\n" + (r"[^\n]*" if shapes.anchor else r' *"?') + f"(?:{'|'.join(kinds)})"


def _holds_record(row: Sequence[str], place: int, scanner: Scanner, shapes: Shapes) -> bool:
    """Tell whether a line inside the value at `place` would be a record, or start one, as it stands in the file.

    DuckDB drops blank cells beyond the width without a word, so the line behind the value's last line break may have
    been longer than what is left of it: there, cells that start like a record are enough.
    """
    inside = row[place].replace('"', '""') + '"'
    lines = scanner.delimiter.join([inside, *(_written(c, scanner) for c in row[place + 1 :])]).split("\n")
    last = row[place].count("\n")
    for number, line in enumerate(lines[1 : last + 1], start=1):
        end, cells = scanner.start(line.rstrip("\r"))
        if end is End.RECORD and (shapes.is_record(cells) or (number == last and shapes.is_start(cells))):
            return True
        if end is End.OPEN and shapes.is_start(cells[:-1]):
            return True
    return False


def _written(cell: str, scanner: Scanner) -> str:
    """Return a cell as a file has it: in quotes only where it must have been."""
    if scanner.delimiter in cell or "\n" in cell or cell.startswith('"'):
        return '"' + cell.replace('"', '""') + '"'
    return cell


def _set_aside(
    con: duckdb.DuckDBPyConnection, table: str, seen: Sequence[_Row], layout: Layout
) -> list[Unreadable]:
    """Take empty rows and repeated headers out of the table."""
    headers = _headers(layout, len(seen[0].cells)) if seen else []
    out = {
        row.id: row
        for row in seen
        if row.blank or (row.may_repeat and any(_repeats(header, row.cells) for header in headers))
    }
    if not out:
        return []
    ids = {"ids": list(out)}
    of_these = f"from {quoted(table)} where rowid in (select unnest($ids))"
    lines = con.execute(f"select rowid, {SOURCE_LINE} {of_these}", ids).fetchall()
    con.execute(f"delete {of_these}", ids)
    delimiter = layout.dialect.delimiter
    return sorted(
        (
            unreadable(line, EMPTY_ROW if row.blank else REPEATED_HEADER, delimiter.join(row.cells))
            for id, line in lines
            for row in [out[id]]
        ),
        key=lambda u: u.line,
    )


def _headers(layout: Layout, width: int) -> list[list[str]]:
    """The header rows that a row of the table may repeat: none is as wide as some are."""
    return [row for row in layout.header.rows if not any(row[width:])]


def _repeats(header: Sequence[str], cells: Sequence[str]) -> bool:
    known = min(len(header), len(cells))
    if cells[0].lstrip("\ufeff") != header[0].removeprefix("\ufeff"):
        return False
    return list(cells[1:known]) == list(header[1:known]) and not any(cells[known:])
