"""What a roll-up is made of: files of a layout, a job over them, and what came of it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

PARQUET, CSV, JSON = "parquet", "csv", "json"
TEXTS, NUMBERS, TIMESTAMPS, LOCAL_TIMESTAMPS = "texts", "numbers", "timestamps", "local_timestamps"

SAME_FILE = "the same file again"
BROKEN = "unreadable line"

BROKEN_FILE = "broken"
"""Beside the rows of a job: per file `number lines` that its engine could not read at all."""


@dataclass(frozen=True)
class Column:
    """A column that a roll-up asks of a log: `name` here, `called` there unless review.toml says otherwise."""

    name: str
    kind: str  # instant, text, whole, measure
    called: str
    optional: bool = False


@dataclass(frozen=True)
class Layout:
    """How a file is written: its format, and what its columns hold, by name and in order.

    delimiter, header: of CSV, the header as its line is written.
    """

    format: str
    columns: tuple[tuple[str, str], ...] = ()
    delimiter: str = ""
    header: str = ""


@dataclass(frozen=True)
class LogFile:
    """One file of a log. modified: Unix seconds of its last change: no row in it can be younger."""

    path: str
    size: int
    modified: float


@dataclass(frozen=True)
class Scan:
    """Files of one layout, with the numbers they are known by."""

    layout: Layout
    files: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class SmallTable:
    """A table that is sent along with a job: name -> DuckDB type, and its rows."""

    columns: Mapping[str, str]
    rows: Sequence[tuple[Any, ...]] = ()


@dataclass(frozen=True)
class Job:
    """One statement over files: `sql` is a sqlglot tree that reads `raw_0`, `raw_1` ... and the small tables.

    Engines hand out every scan as `raw_N` with the columns of its layout (CSV: one column `line`) and the number of
    the file as `file`.
    """

    sql: Any
    scans: tuple[Scan, ...]
    tables: Mapping[str, SmallTable] = field(default_factory=dict)
    values: Mapping[str, Any] = field(default_factory=dict)


class Engine(Protocol):
    """Whatever can run a job. Use it as a context: it may hold a process or a cluster's executors."""

    name: str

    def __enter__(self) -> "Engine": ...

    def __exit__(self, *stopped: object) -> None: ...

    def run(self, job: Job, folder: Path) -> Path:
        """Run a job and write its rows into a file below the empty `folder`: Parquet, or JSON lines (`.json`).

        Lines that the engine itself could not read are told in `BROKEN_FILE` below the folder.
        Raises RollupError with what to do.
        """
        ...
