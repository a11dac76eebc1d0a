"""Reads a fixture the way a build does, up to the mapped rows: text as the import query gives it."""

from pathlib import Path
from typing import Any

import duckdb

from reliability.exports import ExportSource, sources
from reliability.warehouse.export_view import export_select
from reliability.warehouse.format import Format
from reliability.warehouse.formats import formats
from reliability.warehouse.macros import define_for
from reliability.warehouse.recognition import recognise, telling_cells

FIXTURES = Path(__file__).parent / "fixtures"
KNOWN = formats()

Row = dict[str, str | int | None]


def source(folder: Path, file: str) -> ExportSource:
    """The export called `file` below `folder`."""
    return next(found for found in sources(folder) if found.name == file)


def connection() -> duckdb.DuckDBPyConnection:
    """A connection in UTC, as a build has it."""
    con = duckdb.connect()
    con.execute("set TimeZone = 'UTC'")
    return con


def prepare(con: duckdb.DuckDBPyConnection, raw_table: str, chosen: Format, *repeats: Any) -> None:
    """Create the view `export` over a raw table, as the query of a format knows it, and the macros that it calls.

    repeats: see `export_select`.
    """
    define_for(con, chosen.sql)
    made = export_select(con, raw_table, chosen, *repeats)
    con.execute(f"create or replace temporary view export as {made}")


def read(found: ExportSource) -> tuple[Format | None, list[Row]]:
    """The format of an export and its mapped rows in file order; no rows when it is not recognised."""
    con = connection()
    raw = found.load(con, "raw")
    chosen = recognise(raw.columns, KNOWN, telling_cells(con, "raw", raw.columns, KNOWN))
    if chosen is None:
        return None, []
    prepare(con, "raw", chosen)
    cursor = con.execute(chosen.sql)
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return chosen, sorted(rows, key=lambda row: row["source_line"])


def mapped(format_name: str, file: str) -> list[Row]:
    """The mapped rows of a fixture without NULL columns; it must be recognised as its folder says."""
    chosen, rows = read(source(FIXTURES / format_name, file))
    assert chosen is not None and chosen.name == format_name
    return [{name: value for name, value in row.items() if value is not None} for row in rows]
