"""Sandbox: a build's queries reach no file but the exports, and a mapping made by hand ends in time."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Lock, Timer

import duckdb

from reliability.errors import WarehouseError

SECONDS, SECONDS_PER_MB = 60.0, 1.0
"""How long a mapping may take for one export: a minute, and a second more for each megabyte of it."""


def shut(con: duckdb.DuckDBPyConnection, folders: Sequence[Path]) -> None:
    """From now on the connection reaches nothing below other `folders`, and none of it can be taken back.

    What is attached already stays within reach, and DuckDB's own files of large queries.
    """
    allowed = [
        str(path) for folder in folders for path in dict.fromkeys((folder.absolute(), folder.resolve()))
    ]
    con.execute("set allowed_directories = $folders", {"folders": allowed})
    con.execute("set python_enable_replacements = false")
    con.execute("set enable_external_access = false")
    con.execute("set lock_configuration = true")


@contextmanager
def time_limit(con: duckdb.DuckDBPyConnection, seconds: float, where: str, remedy: str) -> Iterator[None]:
    """Interrupt what the connection runs after so many seconds. Raises WarehouseError then."""
    lock, is_over = Lock(), False

    def stop() -> None:
        with lock:
            if not is_over:
                con.interrupt()

    timer = Timer(seconds, stop)
    timer.daemon = True
    timer.start()
    try:
        yield
    except duckdb.InterruptException as error:
        raise WarehouseError(f"it took longer than {seconds:.0f} s and was stopped", where, remedy) from error
    finally:
        timer.cancel()
        with lock:
            is_over = True
