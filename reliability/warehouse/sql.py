"""The build's own `.sql` files."""

from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import WarehouseError
from reliability.queries import FOLDER, read_query
from reliability.warehouse.macros import define_for

# Folders whose queries may call the build's macros; those of facts have their own, which stay in the warehouse.
_OF_BUILD = ("build", "checks")


def build_query(name: str) -> str:
    """The text of queries/build/`name`.sql."""
    return read_query(FOLDER / "build" / f"{name}.sql").sql


def run_file(
    con: duckdb.DuckDBPyConnection, path: Path, before: str = "", after: str = "", **values: Any
) -> int:
    """Run a query file, put between `before` and `after`, with those of `values` that it declares or `before` uses.

    Returns how many rows that wrote; 0 for what writes none.

    Raises WarehouseError that names the file when DuckDB refuses it.
    """
    query = read_query(path)
    bound = {
        name: value
        for name, value in values.items()
        if name in query.parameters or f"${name}" in before + after
    }
    try:
        if path.parent.name in _OF_BUILD:
            define_for(con, query.sql)
        done = con.execute(f"{before}{query.sql.rstrip().removesuffix(';')}{after}", bound).fetchone()
    except (duckdb.OutOfMemoryException, duckdb.IOException):
        raise
    except duckdb.Error as error:
        first = str(error).splitlines()[0]
        raise WarehouseError(first, f"queries/{query.name}.sql", "Fix the query.") from error
    return done[0] if done and isinstance(done[0], int) else 0
