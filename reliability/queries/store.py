"""The store: the only place that runs SQL on a published warehouse.

Values reach SQL as named parameters only; nothing is ever formatted into it.
"""

import os
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any, Protocol

import duckdb

from reliability.errors import QueryError, WarehouseError
from reliability.queries.asides import Asides
from reliability.queries.header import Query, query
from reliability.queries.memory import Key, Memory

# Visitors come together, and a small statement costs a quarter more with a second thread and is no faster: it gets half
# of the cores. With all of them a review of a million incidents takes a fifth less time, one of ten million a third.
_CORES = os.cpu_count() or 1
_LARGE_BYTES = 96 * 1024 * 1024
_MOST_AT_ONCE = 4

# Passes of the optimiser that cost more than they give: 6 to 8 in 100 of a statement's processor time on a small
# warehouse, nearly all of which is planning; at a million incidents they take as long either way.
_WITHOUT = "common_subplan,projection_pullup,projection_placement"

_REMEMBERED_BYTES = 64 * 1024 * 1024
# Who asks a figure about one window gives it as any other query takes it.
_ONE_WINDOW = {"start", "end", "as_of"}

# What DuckDB says where a file, not a query, is at fault.
_DAMAGE = (
    duckdb.IOException,
    duckdb.InternalException,
    duckdb.FatalException,
    duckdb.SerializationException,
)


@dataclass(frozen=True)
class Result:
    """What a query returned, with everything needed to show where it came from.

    rows: one dict per row. columns: names in order. elapsed_ms: wall time of the query.
    """

    name: str
    rows: list[dict[str, Any]]
    columns: list[str]
    sql: str
    params: dict[str, Any]
    elapsed_ms: float
    data_version: str

    def one(self) -> dict[str, Any]:
        """The only row. Raises QueryError when there are none or several."""
        if len(self.rows) != 1:
            raise QueryError(
                f"returned {len(self.rows)} rows where one was expected", f"queries/{self.name}.sql"
            )
        return self.rows[0]

    def __iter__(self) -> Iterator[dict[str, Any]]:
        return iter(self.rows)

    def __len__(self) -> int:
        return len(self.rows)


class Asks(Protocol):
    """Whoever answers queries: a store, or a store with something supposed."""

    path: Path
    data_version: str
    memory: Memory
    at_once: int

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> Result:
        """Run a query by name."""
        ...

    def run_query(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query that was read from any folder."""
        ...

    def ask(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query and do not remember the answer."""
        ...


class _Asking:
    """What every store does alike: find the query, remember its answer.

    at_once: how many questions it is worth asking at the same time.
    """

    path: Path
    data_version: str
    memory: Memory
    at_once = 1

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> Result:
        """Run a query by name. `params` may hold more than the query names: only its own are passed.

        What was asked before is not asked again: a published warehouse never changes.
        Raises QueryError when a declared parameter has no value (None is a value: "no filter").
        """
        return self.run_query(query(name), params or {})

    def run_query(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query that was read from any folder; otherwise like `run`."""
        values = _bind(asked, params)

        def ask() -> tuple[bytes, int]:
            found = self._answer(asked, values)
            kept = pickle.dumps(
                (found.columns, [tuple(row.values()) for row in found.rows], found.elapsed_ms)
            )
            return kept, len(kept)

        kept = self.memory.once((asked.sql, repr(values)), ask)
        columns, rows, elapsed = pickle.loads(kept)
        shown = [dict(zip(columns, row, strict=True)) for row in rows]
        return Result(asked.name, shown, columns, asked.sql, values, elapsed, self.data_version)

    def ask(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query and do not remember the answer: for who remembers its rows in a way of their own."""
        return self._answer(asked, _bind(asked, params))

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        raise NotImplementedError


class Store(_Asking):
    """A published warehouse opened read-only. Every question takes its own cursor: connections are not thread-safe.

    statements: how many questions reached the database so far.
    """

    def __init__(self, path: Path, data_version: str) -> None:
        if not path.exists():
            raise WarehouseError(
                "there is no such warehouse", path.name, "Run `python -m reliability build`."
            )
        connection = duckdb.connect(str(path), read_only=True)
        # Connections to one file share one database in a process; the first sets, and locks, this for all.
        try:
            connection.execute("set global TimeZone = 'UTC'")
            threads = _CORES if path.stat().st_size > _LARGE_BYTES else max(1, _CORES // 2)
            connection.execute("set global threads = $threads", {"threads": threads})
            connection.execute("set global disabled_optimizers = $passes", {"passes": _WITHOUT})
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
        except duckdb.InvalidInputException:
            locked = connection.execute("select current_setting('lock_configuration')").fetchone()
            if locked != (True,):
                raise
        self._hold(path, data_version, connection)

    def _hold(self, path: Path, data_version: str, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = path
        self.data_version = data_version
        self.memory = Memory(_REMEMBERED_BYTES)
        # Most of a statement is planning, on one core; of a large warehouse all cores share what there is to compute.
        self.at_once = min(_CORES, _MOST_AT_ONCE)
        self._counted = Lock()
        self.statements = 0
        self._asides: Asides[Aside] = Asides()
        self._connection: duckdb.DuckDBPyConnection | None = connection

    def close(self) -> None:
        """Release the file; running queries on other cursors finish first."""
        self._asides.close()
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        cursor = self._cursor()
        self._count()
        try:
            return _answer(cursor, asked, values, self.data_version)
        finally:
            cursor.close()

    def batches(self, asked: Query, params: Mapping[str, Any], most: int) -> Iterator[list[dict[str, Any]]]:
        """Run a query and hand its rows out, at most so many at a time: for answers as long as the whole history.

        Nothing is remembered. Raises what `run` raises, some of it while rows are read.
        """
        values = _bind(asked, params)
        cursor = self._cursor()
        self._count()
        try:
            with _told(asked, self.data_version):
                cursor.execute(_parsed(asked.sql), values)
                columns = _columns(cursor)
                while rows := cursor.fetchmany(most):
                    yield [dict(zip(columns, row, strict=True)) for row in rows]
        finally:
            cursor.close()

    def _count(self) -> None:
        with self._counted:
            self.statements += 1

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise WarehouseError("the warehouse is closed", self.path.name, "Open it again.")
        return self._connection.cursor()

    @contextmanager
    def aside(self) -> Iterator["Aside"]:
        """A place to suppose something: its temporary tables stand before the warehouse's until the block ends.

        Nobody else sees them, and nothing is written to the file.
        """
        aside = Aside(self, self._cursor())
        try:
            yield aside
        finally:
            aside.close()

    def kept_aside(self, key: Key, fill: Callable[["Aside"], None]) -> AbstractContextManager["Aside"]:
        """Like `aside`, but its tables stay for whoever supposes the same next: for small ones, the last few are kept.

        key: what is supposed, all of it. fill: makes the tables.
        """
        return self._asides.borrow(key, lambda: Aside(self, self._cursor()), fill)


class Aside(_Asking):
    """A store with temporary tables of its own, for one thread. See `Store.aside`.

    connection: where the temporary tables are made. Nothing is remembered: another supposition may follow.
    """

    def __init__(self, store: Store, connection: duckdb.DuckDBPyConnection) -> None:
        self.path = store.path
        self.data_version = store.data_version
        self.memory = Memory(0)
        self.connection = connection

    def close(self) -> None:
        """Drop what is supposed."""
        self.connection.close()

    def _answer(self, asked: Query, values: dict[str, Any]) -> Result:
        return _answer(self.connection, asked, values, self.data_version)


@lru_cache(maxsize=1000)
def _parsed(sql: str) -> duckdb.Statement:
    """Parse a text of one statement. Running it copies it, so that all connections may share it."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


def _answer(
    cursor: duckdb.DuckDBPyConnection, asked: Query, values: dict[str, Any], data_version: str
) -> Result:
    begun = time.perf_counter()
    with _told(asked, data_version):
        cursor.execute(_parsed(asked.sql), values)
        columns = _columns(cursor)
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    elapsed = (time.perf_counter() - begun) * 1000
    return Result(asked.name, rows, columns, asked.sql, values, elapsed, data_version)


def _columns(cursor: duckdb.DuckDBPyConnection) -> list[str]:
    return [d[0] for d in cursor.description or ()]


@contextmanager
def _told(asked: Query, data_version: str) -> Iterator[None]:
    """Say what went wrong in words of the project: the warehouse is damaged, or the query is at fault."""
    try:
        yield
    except _DAMAGE as error:
        what = f"the warehouse cannot be read ({str(error).splitlines()[0]})"
        raise WarehouseError(what, data_version, "Run `python -m reliability build`.") from error
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise QueryError(
            first, f"queries/{asked.name}.sql", "Fix the query, or rebuild the warehouse."
        ) from error


def _bind(asked: Query, params: Mapping[str, Any]) -> dict[str, Any]:
    if "windows" in asked.parameters and "windows" not in params and params.keys() >= _ONE_WINDOW:
        params = {**params, "windows": [{"id": 0, **{name: params[name] for name in _ONE_WINDOW}}]}
    if missing := [p for p in asked.parameters if p not in params]:
        raise QueryError(f"needs a value for ${missing[0]}", f"queries/{asked.name}.sql", "Pass it.")
    return {p: params[p] for p in asked.parameters}
