"""Small tables of a job, put into DuckDB."""

import duckdb
import pyarrow as pa

from reliability.rollups.model import SmallTable

_TYPES = {"bigint": pa.int64(), "varchar": pa.string(), "double": pa.float64(), "boolean": pa.bool_()}


def create(con: duckdb.DuckDBPyConnection, name: str, table: SmallTable) -> None:
    """Create (or replace) the temporary table `name`."""
    columns = list(zip(*table.rows, strict=True)) or [()] * len(table.columns)
    rows = pa.table(
        {
            column: pa.array(values, _TYPES[kind])
            for (column, kind), values in zip(table.columns.items(), columns, strict=True)
        }
    )
    con.register("small_rows", rows)
    con.execute(f'create or replace temp table "{name}" as from small_rows')
    con.unregister("small_rows")
