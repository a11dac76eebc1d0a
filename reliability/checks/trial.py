"""Trials: the warehouses that a query is run on. Each is the published one, or it with other tables supposed in front.

    published   as it is
    one row     the first row of every table
    bare        three rows in every table that hold nothing but what a row cannot do without
    empty       no row in any table

Macros and the columns of the build's own tables are those of the published warehouse; nothing is written to it.
"""

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import duckdb

from reliability.queries import Aside, Store
from reliability.schema import TABLES
from reliability.settings import Settings
from reliability.warehouse.facts import fact_files, fact_values, make_fact

PUBLISHED, ONE_ROW, BARE, EMPTY = "published", "one row", "bare", "empty"
SUPPOSED = (EMPTY, BARE, ONE_ROW)

_BARE_ROWS = 3
# What a row of the build's own tables cannot do without; the canonical tables say it themselves.
_REQUIRED = {"files": ("file",), "incident_versions": ("source", "incident_id"), "left_out": ("table_name",)}


@dataclass(frozen=True)
class Trial:
    """A warehouse to run queries on, with what it holds as messages name it."""

    name: str
    warehouse: Aside

    @property
    def connection(self) -> duckdb.DuckDBPyConnection:
        """Where the queries of this trial run."""
        return self.warehouse.connection


@contextmanager
def trials(
    store: Store, settings: Settings, as_of: datetime, moment: datetime
) -> Iterator[tuple[Trial, ...]]:
    """Open every trial, the published warehouse first.

    moment: when what happens in the bare one happens; inside the windows that are asked about, or it stays unread.
    """
    with store.aside() as published:
        found = [Trial(PUBLISHED, published)]
        opened = []
        try:
            for name in SUPPOSED:
                block = store.aside()
                aside = block.__enter__()
                opened.append(block)
                _suppose(aside.connection, name, fact_values(settings, as_of), moment)
                found.append(Trial(name, aside))
            yield tuple(found)
        finally:
            for block in reversed(opened):
                block.__exit__(None, None, None)


def _suppose(
    connection: duckdb.DuckDBPyConnection, kind: str, values: Mapping[str, Any], moment: datetime
) -> None:
    """Put other tables before the published ones, and the facts made of them."""
    facts = [(file, table) for file, table in fact_files() if table]
    made = {table for _, table in facts}
    for table, columns in _columns(connection).items():
        if table not in made:
            _FILLED[kind](connection, table, columns, moment)
    for file, table in facts:
        make_fact(connection, file, table, values, temporary=True)


def _columns(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, str]]:
    """Return table -> column -> type of the published warehouse."""
    found: dict[str, dict[str, str]] = {}
    asked = "select table_name, column_name, data_type from duckdb_columns() where not internal order by column_index"
    for table, column, kind in connection.execute(asked).fetchall():
        found.setdefault(table, {})[column] = kind
    return found


def _empty(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], moment: datetime
) -> None:
    # Names of tables cannot be bound; these are the warehouse's own.
    connection.execute(f'create temporary table "{table}" as from "{table}" limit 0')


def _one_row(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], moment: datetime
) -> None:
    connection.execute(f'create temporary table "{table}" as from "{table}" order by rowid limit 1')


def _bare(
    connection: duckdb.DuckDBPyConnection, table: str, columns: Mapping[str, str], moment: datetime
) -> None:
    _empty(connection, table, columns, moment)
    required = TABLES[table].required if table in TABLES else _REQUIRED.get(table)
    if required is None:
        return
    for number in range(_BARE_ROWS):
        row = {name: _some(columns[name], number, moment) for name in required}
        if "source_line" in columns:
            row |= {"source": "bare", "source_file": f"{table}.csv", "source_line": number + 2}
        row = {name: value for name, value in row.items() if name in columns}
        listed = ", ".join(f'"{name}"' for name in row)
        marks = ", ".join("?" for _ in row)
        connection.execute(f'insert into "{table}" ({listed}) values ({marks})', list(row.values()))


def _some(kind: str, number: int, moment: datetime) -> Any:
    """Return a value of a type: text and numbers that differ from row to row, instants close to each other."""
    if kind.startswith("TIMESTAMP"):
        return moment + timedelta(hours=number)
    if kind == "DATE":
        return moment.date()
    return f"A{number}" if kind == "VARCHAR" else number


_FILLED: dict[str, Callable[..., None]] = {EMPTY: _empty, BARE: _bare, ONE_ROW: _one_row}
