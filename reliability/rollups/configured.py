"""The roll-ups that review.toml names a log for: every build brings them up to date."""

from pathlib import Path

from reliability.errors import RollupError
from reliability.rollups.definitions import FILES, NAMES, Rollup, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.rollups.files import log_files
from reliability.rollups.model import Engine
from reliability.rollups.run import BATCH_MB, Progress, RollupReport, roll_up
from reliability.settings.rollups import Rollups

FOLDER = "rollups"
"""In the data folder: what was rolled up, and what is remembered of the logs. The logs may be gone: keep it."""


def export_path(data_dir: Path, name: str) -> Path:
    """The export that a build makes of a roll-up's own log, and reads with the others."""
    return data_dir / FOLDER / f"{FILES[name]}.csv"


def state_folder(data_dir: Path, name: str, to: Path) -> Path:
    """Where a roll-up keeps what it read: one folder per export."""
    return data_dir / FOLDER / f"{name}-{to.name.split('.')[0]}"


def source_of(data_dir: Path, asked: Rollup) -> str:
    """The log that the settings name, "" for none. Paths are relative to the data folder."""
    source = asked.log.source
    return source if not source or "://" in source else str(data_dir / source)


def has_logs(data_dir: Path, settings: Rollups) -> bool:
    """Whether the settings name a log that is there."""
    named = (source_of(data_dir, rollup(name, settings)) for name in NAMES)
    return any(source and _is_there(source) for source in named)


def missing_logs(data_dir: Path, settings: Rollups) -> list[str]:
    """The addresses of logs that the settings name and that hold no file."""
    named = (source_of(data_dir, rollup(name, settings)) for name in NAMES)
    return [source for source in named if source and not _is_there(source)]


def _is_there(source: str) -> bool:
    """Whether a local address holds a log; a remote one is asked by the roll-up itself."""
    if "://" in source:
        return True
    try:
        return bool(log_files(source))
    except RollupError:
        return False


def roll_up_configured(
    data_dir: Path, settings: Rollups, engine: Engine | None = None, progress: Progress | None = None
) -> list[RollupReport]:
    """Roll up every log that the settings name and that is there. Raises RollupError for the first that cannot be.

    A log that is not there makes nothing: `missing_logs` names it, and the other exports are built.
    """
    reports = []
    for name in NAMES:
        asked = rollup(name, settings)
        if (source := source_of(data_dir, asked)) and _is_there(source):
            to = export_path(data_dir, name)
            folder = state_folder(data_dir, name, to)
            reports.append(
                roll_up(
                    asked, source, to, folder, engine or DuckDBEngine(), batch_mb=BATCH_MB, progress=progress
                )
            )
    return reports
