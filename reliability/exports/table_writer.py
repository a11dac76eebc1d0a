"""Rows made in Python into a DuckDB table, in batches, with columns added when a row needs them."""

from collections.abc import Sequence
from itertools import zip_longest

import duckdb
import pyarrow as pa

from reliability.exports.column_names import SOURCE_LINE, quoted

BATCH = 20_000
"""Rows per insert: large enough to be fast, small enough to keep long texts out of memory."""


class TableWriter:
    """Fill the table `table` (replaced when it exists) with text columns and `source_line`.

    A row shorter than the columns leaves the rest NULL. Call close() at the end: it writes what is left.
    """

    def __init__(self, con: duckdb.DuckDBPyConnection, table: str, columns: Sequence[str]) -> None:
        self.rows = 0
        self._con = con
        self._table = quoted(table)
        self._columns = list(columns)
        self._made = -1  # how many of them the table has; -1: there is no table yet
        self._lines: list[int] = []
        self._cells: list[Sequence[str | None]] = []
        con.execute(f"drop table if exists {self._table}")

    def add_column(self, name: str) -> None:
        """Add a text column, NULL in the rows written so far."""
        self._columns.append(name)

    def add(self, line: int, cells: Sequence[str | None]) -> None:
        """Add one row: its line and at most as many cells as there are columns."""
        self._lines.append(line)
        self._cells.append(cells)
        self.rows += 1
        if len(self._lines) >= BATCH:
            self._write()

    def close(self) -> None:
        """Write the rows that are still waiting."""
        if self._lines:
            self._write()
        self._make_columns()

    def _make_columns(self) -> None:
        """Bring the table up to all columns so far, in one statement: one for each would cost as much as many rows."""
        new = self._columns[max(self._made, 0) :]
        line = quoted(SOURCE_LINE)
        if self._made < 0:
            fields = "".join(f"{quoted(c)} varchar, " for c in new)
            self._con.execute(f"create table {self._table} ({fields}{line} bigint)")
        elif new:
            nulls = "".join(f"null::varchar as {quoted(c)}, " for c in new)
            self._con.execute(
                f"create or replace table {self._table} as "
                f"select * exclude ({line}), {nulls}{line} from {self._table}"
            )
        self._made = len(self._columns)

    def _write(self) -> None:
        self._make_columns()
        columns = [_texts(column) for column in zip_longest(*self._cells)]
        missing = len(self._columns) - len(columns)
        columns += [pa.nulls(len(self._lines), pa.large_string())] * missing
        names = [*self._columns, SOURCE_LINE]
        batch = pa.Table.from_arrays([*columns, pa.array(self._lines, pa.int64())], names=names)
        self._con.register("reliability_batch", batch)
        try:
            self._con.execute(f"insert into {self._table} by position select * from reliability_batch")
        finally:
            self._con.unregister("reliability_batch")
        self._lines, self._cells = [], []


def _texts(column: tuple[str | None, ...]) -> pa.Array:
    try:
        return pa.array(column, pa.large_string())
    except UnicodeEncodeError:
        # JSON may spell half of a surrogate pair, which no UTF-8 text can hold.
        clean = [None if c is None else c.encode("utf-8", "replace").decode() for c in column]
        return pa.array(clean, pa.large_string())
