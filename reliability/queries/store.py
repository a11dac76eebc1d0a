"""The store: the only place that runs SQL on a published warehouse.

Values reach SQL as named parameters only; nothing is ever formatted into it.
"""

import os
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import Any

import duckdb

from reliability.errors import QueryError, WarehouseError
from reliability.queries.header import Query, query

# A review asks two questions at a time, and visitors come together: each question gets half of the cores. With all of
# them a review over a million incidents takes a tenth longer, over ten million a tenth less.
_THREADS = max(1, (os.cpu_count() or 1) // 2)


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


@dataclass
class Store:
    """A published warehouse opened read-only. Every call takes its own cursor: connections are not thread-safe."""

    path: Path
    data_version: str
    _connection: duckdb.DuckDBPyConnection | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        if not self.path.exists():
            raise WarehouseError(
                "there is no such warehouse", self.path.name, "Run `python -m reliability build`."
            )
        connection = duckdb.connect(str(self.path), read_only=True)
        # Connections to one file share one database in a process; the first sets, and locks, this for all.
        try:
            connection.execute("set global TimeZone = 'UTC'")
            connection.execute("set global threads = $threads", {"threads": _THREADS})
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
        except duckdb.InvalidInputException:
            locked = connection.execute("select current_setting('lock_configuration')").fetchone()
            if locked != (True,):
                raise
        self._connection = connection

    def close(self) -> None:
        """Release the file; running queries on other cursors finish first."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def run(self, name: str, params: Mapping[str, Any] | None = None) -> Result:
        """Run a query by name. `params` may hold more than the query names: only its own are passed.

        Raises QueryError when a declared parameter has no value (None is a value: "no filter").
        """
        return self.run_query(query(name), params or {})

    def run_query(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query that was read from any folder; otherwise like `run`."""
        cursor = self._cursor()
        try:
            return _answer(cursor, asked, params, self.data_version)
        finally:
            cursor.close()

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        if self._connection is None:
            raise WarehouseError("the warehouse is closed", self.path.name, "Open it again.")
        return self._connection.cursor()

    @contextmanager
    def aside(self) -> Iterator["Aside"]:
        """A place to suppose something: its temporary tables stand before the warehouse's until the block ends.

        Nobody else sees them, and nothing is written to the file.
        """
        cursor = self._cursor()
        try:
            yield Aside(self, cursor)
        finally:
            cursor.close()


class Aside(Store):
    """A store with temporary tables of its own, for one thread. See `Store.aside`."""

    def __init__(self, store: Store, cursor: duckdb.DuckDBPyConnection) -> None:
        self.path = store.path
        self.data_version = store.data_version
        self.connection = cursor

    def close(self) -> None:
        """Do nothing: the block that opened it closes it."""

    def run_query(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query; a temporary table is read in the place of the warehouse's of the same name."""
        return _answer(self.connection, asked, params, self.data_version)


class AskedOnce(Store):
    """A store that runs each question (text and parameters) once and then remembers the answer, or the error.

    For one piece of work whose parts ask the same, such as a review; nobody may change the results. Several threads
    may ask: who asks what another one is asking already waits for its answer.
    """

    def __init__(self, store: Store) -> None:
        self.path = store.path
        self.data_version = store.data_version
        self._store = store
        self._answers: dict[tuple[str, str], Future[Result]] = {}
        self._lock = Lock()

    def close(self) -> None:
        """Do nothing: the store asked stays open."""

    def run_query(self, asked: Query, params: Mapping[str, Any]) -> Result:
        """Run a query, or return what it returned before."""
        key = (asked.sql, repr(_bind(asked, params)))
        with self._lock:
            answer = self._answers.get(key)
            is_new = answer is None
            if answer is None:
                answer = self._answers[key] = Future()
        if is_new:
            try:
                answer.set_result(self._store.run_query(asked, params))
            except BaseException as error:
                answer.set_exception(error)
        return answer.result()


@lru_cache(maxsize=1000)
def _parsed(sql: str) -> duckdb.Statement:
    """Parse a text of one statement. Running it copies it, so that all connections may share it."""
    (statement,) = duckdb.extract_statements(sql)
    return statement


def _answer(
    cursor: duckdb.DuckDBPyConnection, asked: Query, params: Mapping[str, Any], data_version: str
) -> Result:
    values = _bind(asked, params)
    begun = time.perf_counter()
    try:
        cursor.execute(_parsed(asked.sql), values)
        columns = [d[0] for d in cursor.description or ()]
        rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise QueryError(
            first, f"queries/{asked.name}.sql", "Mend the query, or rebuild the warehouse."
        ) from error
    elapsed = (time.perf_counter() - begun) * 1000
    return Result(asked.name, rows, columns, asked.sql, values, elapsed, data_version)


def _bind(asked: Query, params: Mapping[str, Any]) -> dict[str, Any]:
    if missing := [p for p in asked.parameters if p not in params]:
        raise QueryError(f"needs a value for ${missing[0]}", f"queries/{asked.name}.sql", "Pass it.")
    return {p: params[p] for p in asked.parameters}
