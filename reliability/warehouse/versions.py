"""Versions: which warehouse is the live one, and how a new one takes its place.

Every version has a file name of its own, and `current.json` points at the live one. DuckDB keeps one instance per
path and process, so a file must never be replaced under its name; readers of an old version keep it open undisturbed
(POSIX keeps the contents of a removed file until it is closed).
"""

import json
import os
import re
import shutil
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb
from filelock import FileLock, Timeout

from reliability.errors import WarehouseError
from reliability.queries import Store

LAYOUT = 4
"""Raise it whenever tables or their meaning change, so that older warehouses are rebuilt."""

FOLDER = "warehouse"
_POINTER = "current.json"
_FAILURE = "last_failure.json"
_LOCK = "build.lock"
_NAME = re.compile(r"[0-9a-f]{4,64}(-\d+)?\.duckdb")
_REBUILD = "Run `python -m reliability build`."


@dataclass(frozen=True)
class Published:
    """The live version: its file, what it was built from, and the layout of its tables."""

    path: Path
    data_version: str
    layout: int


@dataclass(frozen=True)
class Failure:
    """Why the last build failed. at: when (UTC)."""

    at: datetime
    what: str
    where: str
    remedy: str


def current(data_dir: Path) -> Published | None:
    """The live version, or None when nothing (readable) is published. Cheap: it reads one small file."""
    folder = data_dir / FOLDER
    try:
        told = json.loads((folder / _POINTER).read_text(encoding="utf-8"))
        name, version, layout = str(told["file"]), str(told["data_version"]), int(told["layout"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    return Published(path, version, layout)


def open_store(data_dir: Path) -> Store:
    """Open the live version read-only. Raises WarehouseError saying what to do when there is none to open."""
    for _ in range(3):
        published = current(data_dir)
        if published is None:
            break
        if published.layout != LAYOUT:
            what = f"the warehouse was built by another version of this program (layout {published.layout})"
            raise WarehouseError(what, published.path.name, _REBUILD)
        try:
            return Store(published.path, published.data_version)
        except duckdb.Error as error:
            if published.path.exists():
                first = str(error).splitlines()[0]
                raise WarehouseError(
                    f"the warehouse cannot be opened ({first})", published.path.name, _REBUILD
                ) from error
        except WarehouseError:
            # Removed between reading the pointer and opening it: a newer version is there by now.
            continue
    raise WarehouseError("there is no warehouse yet", str(data_dir / FOLDER), _REBUILD)


@contextmanager
def only_builder(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the builders' lock of `folder` (made if need be); a killed holder frees it.

    Raises WarehouseError when another build holds it for longer than `wait_seconds`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        lock = FileLock(folder / _LOCK)
        lock.acquire(timeout=wait_seconds)
    except Timeout:
        what = f"another build has been running for {wait_seconds:.0f} s"
        raise WarehouseError(what, str(folder), "Wait for it, or end it.") from None
    except OSError as error:
        what = f"it cannot be written to ({error.strerror or error})"
        raise WarehouseError(what, str(folder), "Check its permissions.") from error
    try:
        yield
    finally:
        lock.release()


def new_path(folder: Path) -> Path:
    """A path for a version under construction."""
    return folder / f"building-{os.getpid()}-{os.urandom(4).hex()}.duckdb"


def publish(built: Path, data_version: str) -> Published:
    """Make a finished version the live one, and remove all but it and the one before.

    built: from `new_path`, closed. The pointer moves last and at once: a crash before leaves the old version live.
    """
    folder = built.parent
    before = current(folder.parent)
    target = _free_name(folder, data_version)
    _sync(built)
    os.replace(built, target)
    _sync(folder)
    pointer = {"file": target.name, "data_version": data_version, "layout": LAYOUT}
    _write_whole(folder / _POINTER, json.dumps(pointer))
    clear_failure(folder)
    tidy(folder, keep={target.name} | ({before.path.name} if before else set()))
    return Published(target, data_version, LAYOUT)


def tidy(folder: Path, keep: set[str]) -> None:
    """Remove what killed builds left behind, and versions that are not in `keep`. Only for the one builder."""
    for path in folder.iterdir():
        version = path.name.removesuffix(".wal")
        if path.name.startswith("building-") or (_NAME.fullmatch(version) and version not in keep):
            _remove(path)


def versions(folder: Path) -> set[str]:
    """The names to keep while a new version is built: the live one and the newest other."""
    live = current(folder.parent)
    others = [p for p in folder.glob("*.duckdb") if _NAME.fullmatch(p.name) and (not live or p != live.path)]
    newest = sorted(others, key=lambda p: p.stat().st_mtime_ns)[-1:]
    return {p.name for p in newest} | ({live.path.name} if live else set())


def record_failure(folder: Path, error: WarehouseError) -> None:
    """Note why a build failed, for `last_failure`. A disk too full even for that is not an error of its own."""
    failure = Failure(datetime.now(UTC), error.what, error.where, error.remedy)
    with suppress(OSError):
        _write_whole(folder / _FAILURE, json.dumps(asdict(failure), default=datetime.isoformat))


def clear_failure(folder: Path) -> None:
    """Forget the last failure: a build has succeeded since."""
    (folder / _FAILURE).unlink(missing_ok=True)


def last_failure(data_dir: Path) -> Failure | None:
    """Why the last build failed; None when it did not, or nothing was built yet."""
    try:
        told = json.loads((data_dir / FOLDER / _FAILURE).read_text(encoding="utf-8"))
        return Failure(datetime.fromisoformat(told["at"]), told["what"], told["where"], told["remedy"])
    except (OSError, ValueError, KeyError, TypeError):
        return None


def _free_name(folder: Path, data_version: str) -> Path:
    number = 1
    while (path := folder / f"{data_version}{f'-{number}' if number > 1 else ''}.duckdb").exists():
        number += 1
    return path


def _write_whole(path: Path, text: str) -> None:
    """Replace a file at once: readers see the old text or the new one."""
    part = path.with_name(f"building-{path.name}-{os.getpid()}-{time.monotonic_ns()}")
    try:
        with part.open("w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
