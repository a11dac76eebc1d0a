"""Working memory: how much a build may hold at once, so that one large export does not take a whole machine."""

import logging
from collections.abc import Callable
from typing import TypeVar

import duckdb

LEAST = 700_000_000
"""Bytes that every build may hold. A CSV of half a gigabyte is built as fast with them as with three times as much."""

_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}
_log = logging.getLogger(__name__)
_Made = TypeVar("_Made")


def bound(con: duckdb.DuckDBPyConnection, read: int) -> None:
    """Let a connection hold as many bytes as it reads, 700 MB at least and never more than DuckDB would take itself.

    What exceeds it is spilt to the connection's temporary directory.
    """
    limit = max(LEAST, read)
    if limit < _limit(con):
        _set(con, limit)


def enough(con: duckdb.DuckDBPyConnection, make: Callable[[], _Made]) -> _Made:
    """Run a statement, again with twice the memory where it needs more than it may hold: not everything can be spilt.

    Raises duckdb.OutOfMemoryException when it needs more than DuckDB would take itself.
    """
    held = _limit(con)
    while True:
        try:
            return make()
        except duckdb.OutOfMemoryException:
            con.execute("reset memory_limit")
            most = _limit(con)
            if held >= most:
                raise
            held = min(2 * held, most)
            if held < most:
                _set(con, int(held))
            _log.warning("A part of the build needs more memory: again with %.1f GB", held / 1e9)


def _limit(con: duckdb.DuckDBPyConnection) -> float:
    """Bytes that a connection may hold."""
    (allowed,) = con.execute("select current_setting('memory_limit')").fetchone() or ("0 bytes",)
    number, unit = allowed.split()
    return float(number) * _UNITS[unit]


def _set(con: duckdb.DuckDBPyConnection, limit: int) -> None:
    con.execute("set memory_limit = $limit", {"limit": f"{limit} bytes"})
