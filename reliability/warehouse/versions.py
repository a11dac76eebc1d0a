"""Versions: which warehouse is the live one, and how a new one takes its place.

Every version has a file name of its own, and `current.json` points at the live one, with the file's size and digest and
what it was made from. DuckDB keeps one instance per path and process, so a file must never be replaced under its name;
readers of an old version keep it open undisturbed (POSIX keeps the contents of a removed file until it is closed).
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

from reliability.errors import NothingYetError, SettingsError, WarehouseError
from reliability.queries import Store
from reliability.settings import FILE
from reliability.warehouse.digests import digest_of, stamp_of
from reliability.warehouse.inputs import LAYOUT, Inputs, read_inputs

FOLDER = "warehouse"
_POINTER = "current.json"
_FAILURE = "last_failure.json"
_LOCK = "build.lock"
_NAME = re.compile(r"[0-9a-f]{4,64}(-\d+)?\.duckdb")
_REBUILD = "Run `python -m reliability build`."
_UPGRADE = "Install that version, or run `python -m reliability build` with this one."


@dataclass(frozen=True)
class Published:
    """The live version: its file, what it was built from, and the layout of its tables.

    bytes, modified_ns, digest: of the file as it was published. inputs: what it was made from. Both are None in a
    pointer of an older version of this program. origin: the digest of the shared version that it was copied from, or
    restated from a copy of; "" for one that was built here.
    """

    path: Path
    data_version: str
    layout: int
    bytes: int | None = None
    modified_ns: int | None = None
    digest: str | None = None
    inputs: Inputs | None = None
    origin: str = ""


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
        size = int(told["bytes"]) if "bytes" in told else None
        modified_ns = int(told["modified_ns"]) if "modified_ns" in told else None
        digest = str(told["digest"]) if "digest" in told else None
        inputs = read_inputs(told.get("inputs"))
        origin = str(told.get("origin", ""))
    except (OSError, ValueError, KeyError, TypeError, OverflowError, RecursionError):
        return None
    path = folder / name
    if not _NAME.fullmatch(name) or not path.is_file():
        return None
    return Published(path, version, layout, size, modified_ns, digest, inputs, origin)


def check_whole(live: Published, every_byte: bool = False) -> None:
    """Raise WarehouseError when the file is not as it was published.

    Cheap by default: a file of the published size and time is taken for the same, one of another time (a copied
    folder) is read once. every_byte: read it whatever its time says.
    """
    if live.digest is None or live.bytes is None:
        return
    try:
        stamp = stamp_of(live.path)
        if stamp.bytes != live.bytes:
            what = f"the warehouse is damaged: it has {stamp.bytes} of {live.bytes} bytes"
            raise WarehouseError(what, live.path.name, _REBUILD)
        if not every_byte and stamp.modified_ns == live.modified_ns:
            return
        if digest_of(live.path, None if every_byte else stamp) != live.digest:
            what = "the warehouse is damaged: it is not as it was published"
            raise WarehouseError(what, live.path.name, _REBUILD)
    except OSError as error:
        what = f"the warehouse cannot be read ({error.strerror or error})"
        raise WarehouseError(what, live.path.name, _REBUILD) from error


def check_settings_file(data_dir: Path) -> None:
    """Raise SettingsError when the warehouse was built with a review.toml that is gone: defaults would not hold what
    it held (a freeze, a promise)."""
    live = current(data_dir)
    if live and live.inputs and live.inputs.settings_file and not (data_dir / FILE).is_file():
        remedy = "Put it back. An empty file means the defaults."
        raise SettingsError("is missing, and the warehouse was built with it", FILE, remedy)


def open_store(data_dir: Path) -> Store:
    """Open the live version read-only. Raises WarehouseError saying what to do when there is none to open."""
    for _ in range(3):
        published = current(data_dir)
        if published is None:
            break
        if published.layout != LAYOUT:
            newer = published.layout > LAYOUT
            which, remedy = ("a newer", _UPGRADE) if newer else ("an older", _REBUILD)
            what = f"the warehouse was built by {which} version of this program (layout {published.layout})"
            raise WarehouseError(what, published.path.name, remedy)
        try:
            check_whole(published)
            return Store(published.path, published.data_version)
        except duckdb.Error as error:
            if published.path.exists():
                first = str(error).splitlines()[0]
                raise WarehouseError(
                    f"the warehouse cannot be opened ({first})", published.path.name, _REBUILD
                ) from error
        except WarehouseError:
            # Removed between reading the pointer and opening it: a newer version is there by now.
            if published.path.exists():
                raise
    if os.path.lexists(data_dir / FOLDER / _POINTER):
        what = f"{_POINTER} names no warehouse that is there"
        raise WarehouseError(what, str(data_dir / FOLDER), _REBUILD)
    raise NothingYetError("there is no warehouse yet", str(data_dir / FOLDER), _REBUILD)


@contextmanager
def only_builder(folder: Path, wait_seconds: float) -> Iterator[None]:
    """Hold the builders' lock of `folder` (made if need be); a killed holder frees it.

    Raises WarehouseError when another build holds it for longer than `wait_seconds`.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _make_way(folder / _LOCK)
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


def scratch_of(path: Path) -> Path:
    """The folder for what is unpacked while the version at `path` (of `new_path`) is built."""
    return path.with_suffix(".scratch")


def publish(built: Path, data_version: str, inputs: Inputs | None, origin: str = "") -> Published:
    """Make a finished version the live one, and remove all but it and the one before.

    built: from `new_path`, closed. origin: as in `Published`. The pointer moves last and at once: a crash before
    leaves the old version live.
    """
    folder = built.parent
    before = current(folder.parent)
    target = _free_name(folder, data_version)
    _sync(built)
    os.replace(built, target)
    _sync(folder)
    stamp = stamp_of(target)
    made = Published(
        target, data_version, LAYOUT, stamp.bytes, stamp.modified_ns, digest_of(target, stamp), inputs, origin
    )
    point_at(made)
    clear_failure(folder)
    tidy(folder, keep={target.name} | ({before.path.name} if before else set()))
    return made


def point_at(live: Published) -> None:
    """Write the pointer: from now on, this version is the live one."""
    pointer = {
        "file": live.path.name,
        "data_version": live.data_version,
        "layout": live.layout,
        "bytes": live.bytes,
        "modified_ns": live.modified_ns,
        "digest": live.digest,
        "inputs": live.inputs.document() if live.inputs else None,
    }
    if live.origin:
        pointer["origin"] = live.origin
    _write_whole(live.path.parent / _POINTER, json.dumps(pointer))


def clean(data_dir: Path) -> None:
    """Remove what killed builds left behind, unless somebody builds right now. Never fails."""
    folder = data_dir / FOLDER
    if not folder.is_dir():
        return
    with suppress(WarehouseError, OSError), only_builder(folder, 0):
        tidy(folder, keep=versions(folder))


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
    _remove(folder / _FAILURE)


def last_failure(data_dir: Path) -> Failure | None:
    """Why the last build failed; None when it did not, or nothing was built yet."""
    try:
        told = json.loads((data_dir / FOLDER / _FAILURE).read_text(encoding="utf-8"))
        return Failure(datetime.fromisoformat(told["at"]), told["what"], told["where"], told["remedy"])
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
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
        _make_way(path)
        os.replace(part, path)
    finally:
        part.unlink(missing_ok=True)
    _sync(path.parent)


def _make_way(path: Path) -> None:
    """Remove a folder that lies where a file of this program belongs."""
    if path.is_dir() and not path.is_symlink():
        _remove(path)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)
