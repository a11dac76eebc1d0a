"""Build: exports and settings to a new warehouse version, beside the live one, swapped in whole."""

from collections.abc import Callable
from contextlib import ExitStack, suppress
from dataclasses import replace
from pathlib import Path

import duckdb

from reliability.errors import ReliabilityError, WarehouseError
from reliability.exports import ExportSource, sources
from reliability.settings import Settings
from reliability.warehouse import versions
from reliability.warehouse.digests import stamp_of
from reliability.warehouse.filling import Progress, fill
from reliability.warehouse.inputs import EXPORTS, Inputs, inputs_of, stamps
from reliability.warehouse.repeat_decisions import Decisions, none, stated_version
from reliability.warehouse.report import BuildReport
from reliability.warehouse.tables import read_report

WAIT_SECONDS = 600.0
"""How long a build waits for another one to finish."""

Publishing = Callable[[str], object] | None

_TRIES = 3


def build(
    data_dir: Path,
    settings: Settings,
    *,
    progress: Progress | None = None,
    force: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    decisions: Decisions = none,
    publishing: Publishing = None,
) -> BuildReport:
    """Build the warehouse of a data folder and publish it; do nothing when nothing changed, unless `force`.

    progress: called with what is being done and the share of it done, 0-1. Broken exports are named in the report.
    decisions: what people said of repeats; they are part of what a version is made of. publishing: called with a new
    version right before it goes live, and never when nothing changed; what it raises keeps that from happening.
    Raises WarehouseError when no warehouse can be built; the last good one stays live then, and `last_failure`
    says why.
    """
    if not data_dir.is_dir():
        raise WarehouseError("there is no such data folder", str(data_dir), "Name one with --data DIR.")
    folder = data_dir / versions.FOLDER
    with ExitStack() as held:
        try:
            held.enter_context(versions.only_builder(folder, wait_seconds))
        except WarehouseError as error:
            # Where nothing can be written, nothing may have to be.
            if force or not isinstance(error.__cause__, OSError):
                raise
            if unchanged := _as_it_is(data_dir, settings, decisions):
                return unchanged
            raise
        try:
            versions.check_settings_file(data_dir)
            versions.tidy(folder, keep=versions.versions(folder))
            tell = progress or (lambda _what, _share: None)
            return _build(data_dir, settings, tell, force, decisions, publishing)
        except (ReliabilityError, duckdb.Error, OSError, MemoryError) as error:
            failure = as_failure(error, folder)
            versions.record_failure(folder, failure)
            raise failure from error
        finally:
            versions.tidy(folder, keep=versions.versions(folder))


def _build(
    data_dir: Path,
    settings: Settings,
    tell: Progress,
    force: bool,
    decisions: Decisions,
    publishing: Publishing,
) -> BuildReport:
    # A server that shows what is built has no use for what rolls up logs, and listens sooner without it.
    from reliability.rollups import has_logs, roll_up_configured

    if has_logs(data_dir, settings.rollups):
        tell("Rolling up the logs", 0.0)
        roll_up_configured(data_dir, settings.rollups)
    for _ in range(_TRIES):
        tell("Looking at the exports", 0.0)
        found = _sources(data_dir, settings)
        before = stamps(found)
        said = decisions()
        inputs = inputs_of(data_dir, found, settings)
        version = stated_version(inputs.version, said)
        if not force and (unchanged := _unchanged(data_dir, version, inputs)):
            versions.clear_failure(data_dir / versions.FOLDER)
            tell("Nothing changed", 1.0)
            return unchanged
        path = versions.new_path(data_dir / versions.FOLDER)
        report = fill(path, data_dir, found, inputs.version, settings, tell, said)
        if stamps(_sources(data_dir, settings)) == before:
            tell("Publishing", 0.97)
            if publishing is not None:
                publishing(version)
            versions.publish(path, version, inputs)
            tell("Done", 1.0)
            return report
        path.unlink()
    remedy = "Build again when they are complete."
    raise WarehouseError("the exports change while they are read", str(data_dir / EXPORTS), remedy)


def _as_it_is(data_dir: Path, settings: Settings, decisions: Decisions) -> BuildReport | None:
    """The report of the live version when it is what a build would make, found without writing anything."""
    versions.check_settings_file(data_dir)
    inputs = inputs_of(data_dir, _sources(data_dir, settings), settings)
    return _unchanged(data_dir, stated_version(inputs.version, decisions()), inputs)


def _sources(data_dir: Path, settings: Settings) -> list[ExportSource]:
    """Every export, and what was rolled up from the logs that the settings name."""
    from reliability.rollups import NAMES, export_path, rollup

    folder = data_dir / EXPORTS
    found = sources(folder) if folder.is_dir() else []
    made = [export_path(data_dir, name) for name in NAMES if rollup(name, settings.rollups).log.source]
    return found + [ExportSource(p.relative_to(data_dir).as_posix(), p) for p in made if p.exists()]


def _unchanged(data_dir: Path, version: str, inputs: Inputs) -> BuildReport | None:
    """The report of the live version, if it is what a build would make now and every byte is as it was published."""
    live = versions.current(data_dir)
    if live is None or live.digest is None or (live.data_version, live.layout) != (version, versions.LAYOUT):
        return None
    try:
        versions.check_whole(live, every_byte=True)
        with duckdb.connect(str(live.path), read_only=True) as con:
            report = read_report(con)
    except (WarehouseError, duckdb.Error):
        return None
    # A copied or touched folder: files of these times need not be read again to see that they are the same.
    with suppress(OSError):
        now = replace(live, inputs=inputs, modified_ns=stamp_of(live.path).modified_ns)
        if now != live:
            versions.point_at(now)
    return report


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
