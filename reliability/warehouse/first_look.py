"""First look: which columns of the exports would be read, before any warehouse is there that says so."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb

from reliability.exports import sources
from reliability.settings import Settings
from reliability.warehouse import working_memory
from reliability.warehouse.formats import BUILT_IN, formats
from reliability.warehouse.inputs import EXPORTS, MAPPINGS
from reliability.warehouse.sandbox import shut
from reliability.warehouse.staging import load


def columns_at_first(data_dir: Path, settings: Settings) -> Iterator[dict[str, Any]]:
    """Give every column of every export as a row of lists/file_columns; none of a file that cannot be read.

    Raises duckdb.Error and OSError where the machine is at fault.
    """
    folder = data_dir / EXPORTS
    found = sources(folder) if folder.is_dir() else []
    known = formats([BUILT_IN, data_dir / MAPPINGS])
    with tempfile.TemporaryDirectory(prefix="first-look-") as scratch, duckdb.connect() as con:
        con.execute("set TimeZone = 'UTC'")
        con.execute("set temp_directory = $folder", {"folder": scratch})
        working_memory.bound(con, sum(source.size for source in found))
        shut(con, [folder, Path(scratch)])
        for number, source in enumerate(found):
            read = load(con, number, source, settings, known, Path(scratch))
            con.execute("drop table if exists raw")
            for column in read.columns:
                yield {
                    "file": source.name,
                    "column_name": column.name,
                    "read": column.read,
                    "looks_like": column.looks_like or None,
                    "examples": list(column.examples),
                }
