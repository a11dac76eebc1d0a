"""The roll-ups that review.toml names a log for: every build brings them up to date."""

from pathlib import Path

from reliability.rollups.definitions import FILES, NAMES, Rollup, rollup
from reliability.rollups.duckdb_engine import DuckDBEngine
from reliability.rollups.files import NoLogError, is_remote, log_files
from reliability.rollups.model import Engine, LogFile
from reliability.rollups.run import Progress, RollupReport, roll_up
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
    """Whether the settings name a log."""
    return any(source_of(data_dir, rollup(name, settings)) for name in NAMES)


def missing_logs(data_dir: Path, settings: Rollups) -> list[str]:
    """The addresses of logs that the settings name, that hold no file, and of which nothing was rolled up before.

    A log that was read may be deleted. Whether a remote one is there, the roll-up itself asks.
    """
    named = ((name, source_of(data_dir, rollup(name, settings))) for name in NAMES)
    return [
        source
        for name, source in named
        if source
        and not is_remote(source)
        and not export_path(data_dir, name).exists()
        and not _files(source)
    ]


def _files(source: str) -> list[LogFile]:
    try:
        return log_files(source)
    except NoLogError:
        return []


def roll_up_configured(
    data_dir: Path, settings: Rollups, engine: Engine | None = None, progress: Progress | None = None
) -> list[RollupReport]:
    """Roll up every log that the settings name. Raises RollupError for the first that cannot be.

    Of a log that is gone what was read before is judged by the settings of today; one that was never there makes
    nothing: `missing_logs` names it, and the other exports are built.
    """
    reports = []
    for name in NAMES:
        asked = rollup(name, settings)
        if source := source_of(data_dir, asked):
            to, listed = export_path(data_dir, name), _files(source)
            if listed or to.exists():
                folder = state_folder(data_dir, name, to)
                made_by = engine or DuckDBEngine()
                reports.append(roll_up(asked, source, to, folder, made_by, listed=listed, progress=progress))
    return reports
