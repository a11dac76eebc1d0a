"""Build: exports and settings to a new warehouse version, beside the live one, swapped in whole."""

from pathlib import Path

import duckdb

from reliability.errors import ReliabilityError, WarehouseError
from reliability.exports import ExportSource, sources
from reliability.rollups import NAMES, export_path, roll_up_configured, rollup
from reliability.settings import Settings
from reliability.warehouse import versions
from reliability.warehouse.filling import Progress, fill
from reliability.warehouse.inputs import data_version, stamps
from reliability.warehouse.repeat_decisions import Decisions, none, stated_version
from reliability.warehouse.report import BuildReport
from reliability.warehouse.tables import read_report

WAIT_SECONDS = 600.0
"""How long a build waits for another one to finish."""

_TRIES = 3


def build(
    data_dir: Path,
    settings: Settings,
    *,
    progress: Progress | None = None,
    force: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    decisions: Decisions = none,
) -> BuildReport:
    """Build the warehouse of a data folder and publish it; do nothing when nothing changed, unless `force`.

    progress: called with what is being done and the share of it done, 0-1. Broken exports are told in the report.
    decisions: what people said of repeats; they are part of what a version is made of.
    Raises WarehouseError when no warehouse can be built; the last good one stays live then, and `last_failure`
    says why.
    """
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    folder = data_dir / versions.FOLDER
    with versions.only_builder(folder, wait_seconds):
        try:
            versions.tidy(folder, keep=versions.versions(folder))
            return _build(data_dir, settings, progress or (lambda _what, _share: None), force, decisions)
        except (ReliabilityError, duckdb.Error, OSError, MemoryError) as error:
            failure = as_failure(error, folder)
            versions.record_failure(folder, failure)
            raise failure from error
        finally:
            versions.tidy(folder, keep=versions.versions(folder))


def _build(
    data_dir: Path, settings: Settings, tell: Progress, force: bool, decisions: Decisions
) -> BuildReport:
    tell("Rolling up the logs", 0.0)
    roll_up_configured(data_dir, settings.rollups)
    for _ in range(_TRIES):
        tell("Looking at the exports", 0.0)
        found = _sources(data_dir, settings)
        before = stamps(found)
        said = decisions()
        inputs_version = data_version(data_dir, found, settings)
        version = stated_version(inputs_version, said)
        if not force and (unchanged := _unchanged(data_dir, version)):
            versions.clear_failure(data_dir / versions.FOLDER)
            tell("Nothing changed", 1.0)
            return unchanged
        path = versions.new_path(data_dir / versions.FOLDER)
        report = fill(path, data_dir, found, inputs_version, settings, tell, said)
        if stamps(_sources(data_dir, settings)) == before:
            tell("Publishing", 0.97)
            versions.publish(path, version)
            tell("Done", 1.0)
            return report
        path.unlink()
    remedy = "Build again when they are complete."
    raise WarehouseError("the exports change while they are read", str(data_dir / "exports"), remedy)


def _sources(data_dir: Path, settings: Settings) -> list[ExportSource]:
    """Every export, and what was rolled up from the logs that the settings name."""
    folder = data_dir / "exports"
    found = sources(folder) if folder.is_dir() else []
    made = [export_path(data_dir, name) for name in NAMES if rollup(name, settings.rollups).log.source]
    return found + [ExportSource(path.relative_to(data_dir).as_posix(), path) for path in made]


def _unchanged(data_dir: Path, version: str) -> BuildReport | None:
    """The report of the live version, if it is what a build would make now and can be read."""
    live = versions.current(data_dir)
    if live is None or live.data_version != version or live.layout != versions.LAYOUT:
        return None
    try:
        with duckdb.connect(str(live.path), read_only=True) as con:
            return read_report(con)
    except duckdb.Error:
        return None


def as_failure(error: Exception, folder: Path) -> WarehouseError:
    """Any error of a build as the one that says what happens now."""
    if isinstance(error, ReliabilityError):
        if isinstance(error, WarehouseError):
            return error
        return WarehouseError(error.what, error.where, error.remedy)
    what = (error.strerror if isinstance(error, OSError) else None) or (
        str(error) or "out of memory"
    ).splitlines()[0]
    remedy = "Look at the export or query it names."
    if isinstance(error, OSError | MemoryError | duckdb.OutOfMemoryException | duckdb.IOException):
        remedy = "Check free space, memory and permissions, then build again."
    return WarehouseError(
        f"the build stopped ({what})", str(folder), f"The last good version stays. {remedy}"
    )
