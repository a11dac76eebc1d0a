"""Parquet into a table."""

from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq

from reliability.errors import ExportError
from reliability.exports.column_names import SOURCE_LINE, ColumnNames, quoted, refuse_too_many
from reliability.exports.raw_table import RawTable


def load_parquet(con: duckdb.DuckDBPyConnection, table: str, path: Path, where: str) -> RawTable:
    """Load a Parquet file into `table`; `source_line` is the row's number.

    Times are written as DuckDB writes them, with an offset where the file has one; nested values as JSON.
    Raises ExportError when it cannot be read or has no columns.
    """
    remedy = "Export it again: the file is damaged or not finished."
    try:
        schema = pq.read_schema(path)
    except (OSError, pa.ArrowException) as error:
        raise ExportError("it is not a Parquet file that can be read", where, remedy) from error
    if not schema.names:
        raise ExportError("it has no columns", where, "Export it again with its columns.")
    refuse_too_many(len(schema.names), where)
    naming = ColumnNames()
    columns = naming.add_all(schema.names)
    places = [f"c{i}" for i in range(len(columns))]
    values = ", ".join(
        f"cast({_as_json(place) if pa.types.is_nested(kind) else place} as varchar) as {quoted(name)}"
        for place, kind, name in zip(places, schema.types, columns, strict=True)
    )
    try:
        con.execute(
            f"""
            create or replace table {quoted(table)} as
            select {values}, cast(file_row + 1 as bigint) as {quoted(SOURCE_LINE)}
            from read_parquet([$path], file_row_number = true) as raw({", ".join(places)}, file_row)
            """,
            {"path": str(path)},
        )
    except duckdb.Error as error:
        raise ExportError("it is not a Parquet file that can be read", where, remedy) from error
    (rows,) = con.execute(f"select count(*) from {quoted(table)}").fetchall()[0]
    return RawTable(columns, int(rows), [], "parquet", repeats=naming.repeats)


def _as_json(place: str) -> str:
    return f"to_json({place})"
