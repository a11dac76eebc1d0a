"""A warehouse made of rows written in a test: the canonical tables, the facts, and a Store that reads them.

    with by_hand(tmp_path, incidents=[{"incident_id": "A", "opened_at": "2025-07-01 08:00", "severity": 1}]) as store:
        store.run("kpis/p1_incidents", params("2025-07-01", "2025-10-01", as_of="2025-10-01"))

Instants are ISO text and mean UTC unless they carry an offset.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import duckdb

from reliability.model import Filters, Period
from reliability.queries import FOLDER, Query, Store, read_query
from reliability.review.scope import Scope
from reliability.schema import DUCKDB_TYPES, PROVENANCE, TABLES
from reliability.settings.loading import parse_settings
from reliability.warehouse.tables import BUILT

Row = Mapping[str, Any]

_MACRO = re.compile(r"^create or replace macro (\w+)\(", re.MULTILINE)

SETTINGS = {
    "recovery_clock": "opened",
    "severity_rule": "highest",
    "repeat_look_back_days": 30,
    "core_services": [],
    "engage_minutes": 15.0,
    "postmortem_hours": 72.0,
    "executive_hours": 6.0,
    "time_zone": "UTC",
    "as_of": "2025-12-01",
    "quiet_starts": [],
    "quiet_ends": [],
}


def columns_of(table: str) -> dict[str, str]:
    """Column -> DuckDB type of a table of the warehouse, before the facts."""
    if table in BUILT:
        return dict(BUILT[table])
    return {name: DUCKDB_TYPES[kind] for name, kind in {**TABLES[table].columns, **PROVENANCE}.items()}


def create_tables(
    connection: duckdb.DuckDBPyConnection, rows: Mapping[str, Sequence[Row]] | None = None
) -> None:
    """Create every table and insert the rows given for some of them. Raises KeyError for an unknown column."""
    connection.execute("set TimeZone = 'UTC'")
    for table in (*TABLES, *BUILT):
        listed = ", ".join(f'"{name}" {kind}' for name, kind in columns_of(table).items())
        connection.execute(f"create table {table} ({listed})")
    insert(connection, rows or {})


def insert(connection: duckdb.DuckDBPyConnection, given: Mapping[str, Sequence[Row]]) -> None:
    """Insert rows into some of the tables. Raises KeyError for an unknown column."""
    for table in (*TABLES, *BUILT):
        columns = columns_of(table)
        for number, row in enumerate(given.get(table, ()), start=1):
            values = _with_provenance(table, row, number)
            if unknown := set(values) - set(columns):
                raise KeyError(f"{table} has no column {sorted(unknown)}")
            names = ", ".join(f'"{name}"' for name in values)
            marks = ", ".join("?" for _ in values)
            connection.execute(f"insert into {table} ({names}) values ({marks})", list(values.values()))
    if unknown := set(given) - set(TABLES) - set(BUILT):
        raise KeyError(f"no such table: {sorted(unknown)}")


def _with_provenance(table: str, row: Row, number: int) -> dict[str, Any]:
    if table not in TABLES:
        return dict(row)
    return {"source": "hand", "source_file": f"{table}.csv", "source_line": number + 1, **row}


def make_facts(connection: duckdb.DuckDBPyConnection, **settings: Any) -> None:
    """Run queries/facts in name order, as a build does."""
    for made, fact in _facts():
        _make(connection, made, fact, settings)


@cache
def _facts() -> tuple[tuple[str, Query], ...]:
    """Every facts file in name order, with the table it makes, "" for a macro."""
    found = map(read_query, sorted((FOLDER / "facts").glob("*.sql")))
    return tuple((fact.header["makes"].removeprefix("macro").removeprefix("table "), fact) for fact in found)


def _make(connection: duckdb.DuckDBPyConnection, made: str, fact: Query, settings: Mapping[str, Any]) -> None:
    if made:
        values = {**SETTINGS, **settings}
        bound = {name: values[name] for name in fact.parameters}
        connection.execute(f"create or replace table {made} as\n{fact.sql}", bound)
    else:
        connection.execute(fact.sql)


@cache
def _empty() -> bytes:
    """A warehouse without a row, with its facts and macros: making it takes longer than what most tests ask."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "empty.duckdb"
        with duckdb.connect(str(path), config={"threads": 1}) as connection:
            connection.begin()
            create_tables(connection)
            make_facts(connection)
            connection.commit()
        return path.read_bytes()


def _make_anew(
    connection: duckdb.DuckDBPyConnection, filled: Iterable[str], settings: Mapping[str, Any]
) -> None:
    """Make those facts of a warehouse anew that read a table which was filled, or a fact or macro that does."""
    changed = set(filled)
    for made, fact in _facts():
        if settings or changed & _words(fact.sql):
            changed |= {made} if made else set(_MACRO.findall(fact.sql))
            if made:
                _make(connection, made, fact, settings)


@cache
def _words(sql: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", sql))


@contextmanager
def by_hand(
    folder: Path, settings: Mapping[str, Any] | None = None, **tables: Sequence[Row]
) -> Iterator[Store]:
    """Open a warehouse that holds exactly these rows. settings: what of SETTINGS differs."""
    path = folder / f"by_hand_{len(list(folder.iterdir()))}.duckdb"
    if unknown := set(tables) - set(TABLES) - set(BUILT):
        raise KeyError(f"no such table: {sorted(unknown)}")
    path.write_bytes(_empty())
    connection = duckdb.connect(str(path), config={"threads": 1})
    connection.execute("set TimeZone = 'UTC'")
    # One commit and one thread: for a few rows both cost more than they give.
    connection.begin()
    insert(connection, tables)
    _make_anew(connection, [name for name, rows in tables.items() if rows], settings or {})
    connection.commit()
    connection.close()
    store = Store(path, "by hand")
    try:
        yield store
    finally:
        store.close()


def instant(text: str) -> datetime:
    """Read ISO text; without an offset it means UTC."""
    read = datetime.fromisoformat(text)
    return read if read.tzinfo else read.replace(tzinfo=UTC)


def params(start: str, end: str, as_of: str | None = None, **others: Any) -> dict[str, Any]:
    """Return the standard parameters of every query for [start, end); `as_of` defaults to the end."""
    window = {"start": instant(start), "end": instant(end), "as_of": instant(as_of or end)}
    return {
        **window,
        "services": None,
        "teams": None,
        "severities": None,
        "time_zone": "UTC",
        "engage_minutes": 15.0,
        "postmortem_hours": 72.0,
        "executive_hours": 6.0,
        "availability": 0.9995,
        "core_services": None,
        "look_back_days": 30,
        "ended_after_days": 90,
        "limit": None,
        "search": None,
        "issue_id": None,
        "order_by": None,
        "change_ids": None,
        **others,
    }


def figures(store: Store, kpi: str, asked: Mapping[str, Any]) -> dict[str, Any]:
    """Read one figure of one window: its row without the window's own columns."""
    row = store.run(f"kpis/{kpi}", asked).one()
    return {name: value for name, value in row.items() if name not in ("window_id", "partial")}


def scope(
    store: Store,
    start: str,
    end: str,
    as_of: str | None = None,
    zone: str = "UTC",
    filters: Filters | None = None,
) -> Scope:
    """Return the scope of a window over a warehouse made by hand, with default settings in a time zone."""
    settings, _ = parse_settings({"organisation": {"time_zone": zone}})
    begun, ended, seen = instant(start), instant(end), instant(as_of or end)
    days = (ended - begun).days
    period = Period(
        f"{start}..{end}", "", begun, ended, seen, seen < ended, min(days, (seen - begun).days), days
    )
    return Scope(store, settings, period, filters or Filters())


def steps(asked: Scope, figure: str, step: str = "month") -> list[dict[str, Any]]:
    """Return a figure's rows of the weeks or months of a scope's window, each with `at` and whether it is partial."""
    points = asked.points(figure, step, asked.period.start)
    rows = asked.rows(figure, asked.steps(step, asked.period.start))
    return [
        {**row, "partial": point.partial, "low": point.low, "high": point.high}
        for row, point in zip(rows, points, strict=True)
    ]
