"""Working memory: how much a build may hold at once, so that one large export does not take a whole machine."""

import duckdb

LEAST = 700_000_000
"""Bytes that every build may hold. A CSV of half a gigabyte is built as fast with them as with three times as much."""

_UNITS = {"bytes": 1, "KiB": 2**10, "MiB": 2**20, "GiB": 2**30, "TiB": 2**40}


def bound(con: duckdb.DuckDBPyConnection, read: int) -> None:
    """Let a connection hold as many bytes as it reads, 700 MB at least and never more than DuckDB would take itself.

    What exceeds it is spilt to the connection's temporary directory.
    """
    (allowed,) = con.execute("select current_setting('memory_limit')").fetchone() or ("0 bytes",)
    number, unit = allowed.split()
    limit = max(LEAST, read)
    if limit < float(number) * _UNITS[unit]:
        con.execute("set memory_limit = $limit", {"limit": f"{limit} bytes"})
