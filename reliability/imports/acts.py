"""Acts: files added to and removed from the exports folder in the browser, the last of which can be undone.

A removed file is moved to the data folder's `removed/`, never deleted. `imports.json` there lists the acts in order.
"""

import json
import os
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock

from reliability.errors import ExportError
from reliability.whole_files import replace_text

ADDED, REMOVED = "added", "removed"
_FOLDER, _LOG, _LOCK = "removed", "imports.json", ".imports.lock"
_KEPT = 50
_WAIT_SECONDS = 10.0


@dataclass(frozen=True)
class Act:
    """One act. at: when (UTC, ISO 8601). files: paths below exports/. to: the folder below removed/ they went to."""

    what: str
    at: str
    files: tuple[str, ...]
    to: str = ""


def record_added(data_dir: Path, files: Sequence[str]) -> None:
    """Note that files were added together. Raises ExportError when that cannot be written: they stay."""
    if files:
        with _locked(data_dir):
            _write(data_dir, [*_acts(data_dir), Act(ADDED, _now(), tuple(files))])


def remove(data_dir: Path, files: Sequence[str]) -> None:
    """Move files out of the exports folder. Raises ExportError when one is not there or cannot be moved."""
    with _locked(data_dir):
        act = Act(REMOVED, _now(), tuple(files), _moved_out(data_dir, files))
        try:
            _write(data_dir, [*_acts(data_dir), act])
        except ExportError:
            _moved_back(data_dir, act)  # what is not noted could not be undone
            raise


def last_act(data_dir: Path) -> Act | None:
    """The act that `undo` would take back, None when there is none."""
    acts = _acts(data_dir)
    return acts[-1] if acts else None


def undo(data_dir: Path, shown: Act | None = None) -> Act:
    """Take the last act back: added files go out, removed ones come back.

    shown: the act that somebody saw and means. Raises ExportError when the last one is another by now, when there is
    none, and when it cannot be taken back.
    """
    with _locked(data_dir):
        acts = _acts(data_dir)
        if not acts:
            raise ExportError("there is nothing to undo", "exports", "Reload the page.")
        *before, act = acts
        if shown not in (None, act):
            what = "what was added or removed last is not the one that was shown"
            raise ExportError(what, "exports", "Reload the page.")
        if act.what == ADDED:
            there = tuple(name for name in act.files if _inside(data_dir, name).is_file())
            gone = Act(REMOVED, act.at, there, _moved_out(data_dir, there))
        else:
            _moved_back(data_dir, act)
        try:
            _write(data_dir, before)
        except ExportError:
            # As it was: an act that is noted and taken back already could not be undone.
            if act.what == ADDED:
                _moved_back(data_dir, gone)
            else:
                _moved_out(data_dir, act.files, act.to)
            raise
        return act


def _moved_out(data_dir: Path, files: Sequence[str], to: str = "") -> str:
    to = to or f"{datetime.now(UTC):%Y%m%dT%H%M%S%f}"
    for name in files:
        if not _inside(data_dir, name).is_file():
            raise ExportError("it is no longer there", f"exports/{name}", "Reload the page.")
    _move_all(
        [(_inside(data_dir, name), data_dir / _FOLDER / to / name, f"exports/{name}") for name in files]
    )
    return to


def _moved_back(data_dir: Path, act: Act) -> None:
    for name in act.files:
        if _inside(data_dir, name).exists():
            raise ExportError(
                "another file of this name has appeared since", f"exports/{name}", "Remove that one first."
            )
    _move_all(
        [
            (data_dir / _FOLDER / act.to / name, _inside(data_dir, name), f"{_FOLDER}/{act.to}/{name}")
            for name in act.files
        ]
    )


def _move_all(moves: Sequence[tuple[Path, Path, str]]) -> None:
    """Move files, each named for messages, or none: what is moved when one cannot be is moved back."""
    moved: list[tuple[Path, Path]] = []
    for path, target, where in moves:
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            os.replace(path, target)
        except OSError as error:
            for was, now in reversed(moved):
                with suppress(OSError):
                    os.replace(now, was)
            raise ExportError(f"could not be moved: {error.strerror}", where, "Check the folder.") from error
        moved.append((path, target))


def _inside(data_dir: Path, name: str) -> Path:
    """The path of an export. Raises ExportError for a name that leaves the folder."""
    folder = (data_dir / "exports").resolve()
    path = folder / name
    if not path.parent.resolve().is_relative_to(folder):
        raise ExportError("there is no such export", f"exports/{name}", "Reload the page.")
    return path


def _acts(data_dir: Path) -> list[Act]:
    try:
        said = json.loads((data_dir / _FOLDER / _LOG).read_text(encoding="utf-8"))
        return [Act(a["what"], a["at"], tuple(a["files"]), a["to"]) for a in said]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _write(data_dir: Path, acts: Sequence[Act]) -> None:
    text = json.dumps([asdict(act) for act in acts[-_KEPT:]], ensure_ascii=False, indent=1)
    try:
        replace_text(data_dir / _FOLDER / _LOG, text)
    except OSError as error:
        what = f"what was added and removed cannot be recorded: {error.strerror}"
        raise ExportError(what, f"{_FOLDER}/{_LOG}", "Make room, then try again.") from error


@contextmanager
def _locked(data_dir: Path) -> Iterator[None]:
    """One act at a time. Raises ExportError where that cannot be made sure of, before anything was moved."""
    folder = data_dir / _FOLDER
    lock = FileLock(folder / _LOCK, timeout=_WAIT_SECONDS)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock.acquire()
    except TimeoutError as error:
        what = f"somebody else has been adding or removing exports for {_WAIT_SECONDS:g} s"
        raise ExportError(what, _FOLDER, "Try again in a moment.") from error
    except OSError as error:
        what = f"it cannot be written to: {error.strerror or error}"
        raise ExportError(what, _FOLDER, "Make room, then try again.") from error
    try:
        yield
    finally:
        lock.release()


def _now() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
