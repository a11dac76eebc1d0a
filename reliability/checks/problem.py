"""What a check has against a query: the file and line, what is wrong, what to do."""

import re

import duckdb

from reliability.errors import QueryError
from reliability.queries import Query

_LINE = re.compile(r"^LINE (\d+):", re.MULTILINE)


def problem(query: Query, key: str, what: str, remedy: str) -> QueryError:
    """Return a problem at a header's key, or at the text below the header where `key` is "" or not there."""
    if key:
        return QueryError(what, query.at(key), remedy)
    lines = query.sql.splitlines()
    header = next((place for place, line in enumerate(lines) if not line.startswith("--")), len(lines) - 1)
    return QueryError(what, f"{query.where}, line {header + 1}", remedy)


def refused(query: Query, error: duckdb.Error, during: str) -> QueryError:
    """Return what DuckDB has against a query, with the line it names."""
    said = str(error)
    line = _LINE.search(said)
    where = f"{query.where}, line {line[1]}" if line else query.where
    return QueryError(f"{said.splitlines()[0].rstrip('.')} ({during})", where, "Fix the query.")
