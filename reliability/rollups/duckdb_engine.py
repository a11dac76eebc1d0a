"""The embedded engine: DuckDB, within a limit of memory, spilling beside the state."""

from pathlib import Path
from typing import Any

import duckdb

from reliability.errors import RollupError
from reliability.rollups.model import BROKEN_FILE, CSV, JSON, PARQUET, Job, Scan
from reliability.rollups.small_tables import create
from reliability.rollups.text import written


class DuckDBEngine:
    """memory: as DuckDB writes it, "1GB". threads: None for all cores."""

    name = "duckdb"

    def __init__(self, memory: str = "1GB", threads: int | None = None) -> None:
        self.memory = memory
        self.threads = threads

    def __enter__(self) -> "DuckDBEngine":
        return self

    def __exit__(self, *stopped: object) -> None:
        """Hold nothing between jobs."""

    def run(self, job: Job, folder: Path) -> Path:
        """See `Engine.run`."""
        try:
            with duckdb.connect() as con:
                self._set_up(con, folder)
                for name, table in job.tables.items():
                    create(con, name, table)
                for number, scan in enumerate(job.scans):
                    self._scan(con, f"raw_{number}", scan)
                out = folder / "rows.parquet"
                text = f"copy ({written(job.sql, 'duckdb')}) to $rows_path (format parquet)"
                con.execute(text, {**job.values, "rows_path": str(out)})
                self._broken(con, job, folder)
                return out
        except duckdb.Error as error:
            what = str(error).splitlines()[0]
            raise RollupError(what, "DuckDB", self._remedy(error)) from error

    def _remedy(self, error: duckdb.Error) -> str:
        if isinstance(error, duckdb.OutOfMemoryException):
            return f"Give it more than --memory {self.memory}, or smaller batches with --batch-mb."
        if "httpfs" in str(error):
            return "DuckDB reads object stores with its extension httpfs, which it downloads once."
        return "Deliver the file it names again, or map its columns in review.toml, [rollups]."

    def _set_up(self, con: duckdb.DuckDBPyConnection, folder: Path) -> None:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set memory_limit = $memory", {"memory": self.memory})
        con.execute("set temp_directory = $place", {"place": str(folder / "spilled")})
        con.execute("set preserve_insertion_order = false")
        if self.threads:
            con.execute("set threads = $threads", {"threads": self.threads})

    def _scan(self, con: duckdb.DuckDBPyConnection, name: str, scan: Scan) -> None:
        """Define `raw_N`. The number of a file is looked up by its place in the list."""
        paths = [path for _, path in scan.files]
        numbers = [number for number, _ in scan.files]
        values: dict[str, Any] = {"paths": paths}
        # Numbers mostly follow each other, which is cheaper than a list to look in.
        is_run = numbers == list(range(numbers[0], numbers[0] + len(numbers)))
        number = "$first + file_index" if is_run else "list_extract($numbers, file_index::bigint + 1)"
        values |= {"first": numbers[0]} if is_run else {"numbers": numbers}
        if scan.layout.format == PARQUET:
            text = f"select *, {number} as file from read_parquet($paths)"
        elif scan.layout.format == JSON:
            names = {column: "VARCHAR" for column, _ in scan.layout.columns}
            values["columns"] = names
            text = (
                f"select *, {number} as file from read_json($paths, format = 'newline_delimited', "
                "columns = $columns, ignore_errors = true, maximum_object_size = 16777216)"
            )
        else:
            values["header"] = scan.layout.header
            text = (
                f"select line, {number} as file from read_csv($paths, auto_detect = false, header = false, "
                "delim = '\\x01', quote = '', escape = '', columns = {'line': 'VARCHAR'}, "
                "store_rejects = true, ignore_errors = true, max_line_size = 16777216) "
                "where trim(line) <> '' and line <> $header"
            )
        con.sql(text, params=values).create_view(name)

    def _broken(self, con: duckdb.DuckDBPyConnection, job: Job, folder: Path) -> None:
        """Note the lines that are not UTF-8: they never became rows."""
        numbers = {
            path: number for scan in job.scans if scan.layout.format == CSV for number, path in scan.files
        }
        if not numbers:
            return
        rows = con.execute(
            "select file_path, count(distinct line) from reject_errors "
            "inner join reject_scans using (scan_id, file_id) group by all"
        ).fetchall()
        if rows:
            lines = [f"{numbers[path]} {count}" for path, count in rows]
            (folder / BROKEN_FILE).write_text("\n".join(lines), encoding="utf-8")
