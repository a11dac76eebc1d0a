"""Builds that count: by one builder of all machines that share a journal, and shared with the servers."""

from pathlib import Path

from reliability.errors import JournalError, WarehouseError
from reliability.journal import Journal
from reliability.rulings import rows_of
from reliability.settings import Settings
from reliability.warehouse import BuildReport, versions
from reliability.warehouse import build as build_warehouse
from reliability.warehouse.building import WAIT_SECONDS
from reliability.warehouse.filling import Progress
from reliability.warehouse.inputs import exports_are_elsewhere

KIND = "build"
"""A new version of the warehouse; the subject is its name."""


def build(
    data_dir: Path,
    settings: Settings,
    *,
    progress: Progress | None = None,
    force: bool = False,
    wait_seconds: float = WAIT_SECONDS,
    who: str = "",
) -> BuildReport:
    """Build a data folder as `warehouse.build` does, with everything people decided, and share what was built.

    who: asks for it; the journal has them with every new version, before it goes live. "": nobody is to be named there.
    wait_seconds: for another build, on this machine or on another one with the same journal. Raises WarehouseError
    when it is not built, or built and not shared; the last good version serves then, and `last_failure` says why.
    """
    if exports_are_elsewhere(data_dir, settings):
        what = f"has no exports/ and copies what is built elsewhere ({settings.warehouse.store})"
        raise WarehouseError(what, str(data_dir), "Build where the exports are.")
    try:
        journal = Journal(data_dir)
        with journal.building(wait_seconds):
            report = build_warehouse(
                data_dir,
                settings,
                progress=progress,
                force=force,
                wait_seconds=wait_seconds,
                decisions=lambda: rows_of(data_dir),
                publishing=(lambda version: journal.append(KIND, version, {}, who)) if who else None,
            )
            if settings.warehouse.store:
                _share(data_dir, settings.warehouse.store)
            return report
    except JournalError as error:
        failure = WarehouseError(error.what, error.where, error.remedy)
        versions.record_failure(data_dir / versions.FOLDER, failure)
        raise failure from error


def _share(data_dir: Path, store: str) -> None:
    # Only who shares a warehouse needs the client of object stores loaded.
    from reliability.replicas.sharing import share

    try:
        share(data_dir, store)
    except WarehouseError as error:
        failure = WarehouseError(f"built, but not shared: {error.what}", error.where, error.remedy)
        versions.record_failure(data_dir / versions.FOLDER, failure)
        raise failure from error
