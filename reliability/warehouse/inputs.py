"""Inputs: everything a warehouse is made from, with what it takes to notice later that any of it changed."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

from reliability import __version__
from reliability.exports import ExportSource, export_files, link_problem
from reliability.queries import FOLDER
from reliability.settings import FILE, Settings
from reliability.warehouse.digests import Stamp, digest_of, stamp_of

LAYOUT = 15
"""Raise it whenever tables or their meaning change, so that older warehouses are rebuilt."""

EXPORTS, MAPPINGS = "exports", "mappings"
_QUERIES = ("build", "checks", "facts", "import")
_PROGRAM = "the program"


class InputFile(NamedTuple):
    """One file as it was read: its size and time, to see cheaply that it is the same, and its digest."""

    bytes: int
    modified_ns: int
    digest: str


@dataclass(frozen=True)
class Inputs:
    """What a warehouse is made from.

    settings: the fingerprint of those that count. settings_file: whether there was a review.toml. program: the digest
    of the build's queries. files: exports and mappings by their path below the data folder.
    """

    settings: str
    settings_file: bool
    program: str
    files: dict[str, InputFile]

    @property
    def version(self) -> str:
        """Twelve hex digits that change with any export, its name, a setting that counts, or a query of the build.

        Times of files do not count: a copied folder has the same version.
        """
        text = "\n".join(
            [self.settings, self.program, *(f"{n} {f.digest}" for n, f in sorted(self.files.items()))]
        )
        return hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()[:12]

    def document(self) -> dict[str, Any]:
        """Plain values, for the pointer."""
        return asdict(self)


def inputs_of(data_dir: Path, found: Iterable[ExportSource], settings: Settings) -> Inputs:
    """Read all inputs once for their digests. found: the exports that the build will read."""
    paths = {source.path for source in found} | set(_mappings(data_dir))
    files = {}
    for path in sorted(paths):
        name = path.relative_to(data_dir).as_posix()
        if target := _refused(path, data_dir):
            files[name] = InputFile(0, 0, target)
        else:
            stamp = stamp_of(path)
            files[name] = InputFile(stamp.bytes, stamp.modified_ns, digest_of(path))
    return Inputs(settings.fingerprint, (data_dir / FILE).is_file(), _program(), files)


def read_inputs(told: Any) -> Inputs | None:
    """Inputs from a pointer; None from an older one that does not say them. Raises ValueError for nonsense."""
    if told is None:
        return None
    try:
        files = {str(name): InputFile(int(b), int(m), str(d)) for name, (b, m, d) in told["files"].items()}
        return Inputs(str(told["settings"]), bool(told["settings_file"]), str(told["program"]), files)
    except (KeyError, TypeError, AttributeError, OverflowError) as error:
        raise ValueError(f"inputs: {error}") from error


def stamps(found: Iterable[ExportSource]) -> dict[Path, Stamp]:
    """Size and time of every export file, to notice one that changes while it is read."""
    return {source.path: stamp_of(source.path) for source in found if not source.refused}


def changed(data_dir: Path, settings: Settings, inputs: Inputs) -> list[str]:
    """Name what is not as it was when the inputs were read: "review.toml", "exports/a.csv" ...

    Cheap: a file of the same size and time is taken for the same; only one that was touched is read.
    """
    names = [] if settings.fingerprint == inputs.settings else [FILE]
    if not exports_are_elsewhere(data_dir, settings):
        names += _changed_files(data_dir, inputs)
    return names if inputs.program == _program() else [*names, _PROGRAM]


def exports_are_elsewhere(data_dir: Path, settings: Settings) -> bool:
    """Whether a data folder only copies versions that others build and share: it has no exports of its own."""
    return bool(settings.warehouse.store) and not (data_dir / EXPORTS).is_dir()


def _changed_files(data_dir: Path, inputs: Inputs) -> list[str]:
    folder = data_dir / EXPORTS
    paths = [*(export_files(folder) if folder.is_dir() else ()), *_mappings(data_dir)]
    above = len(os.path.join(data_dir, ""))
    there = {os.fspath(path)[above:].replace(os.sep, "/"): path for path in paths}
    # What was rolled up from raw logs lies beside the exports.
    elsewhere = {name: data_dir / name for name in inputs.files if name not in there}
    there |= {name: path for name, path in elsewhere.items() if path.is_file()}
    return sorted(
        name
        for name in there.keys() | inputs.files.keys()
        if name not in there
        or name not in inputs.files
        or not _is_same(there[name], inputs.files[name], data_dir)
    )


def _is_same(path: Path, known: InputFile, data_dir: Path) -> bool:
    try:
        if target := _refused(path, data_dir):
            return known == InputFile(0, 0, target)
        stamp = stamp_of(path)
        if stamp.bytes != known.bytes:
            return False
        return stamp.modified_ns == known.modified_ns or digest_of(path, stamp) == known.digest
    except OSError:
        return False


def is_refused(path: Path, data_dir: Path) -> bool:
    """Whether a path is a link that leaves the exports: it is not followed, and gives nothing to any figure."""
    return path.is_symlink() and bool(link_problem(path, data_dir / EXPORTS))


def _refused(path: Path, data_dir: Path) -> str:
    """Where a link that is not followed leads to, as a digest: its contents are no input. "" for what is read."""
    if not is_refused(path, data_dir):
        return ""
    return hashlib.sha256(os.fsencode(os.readlink(path))).hexdigest()


def _mappings(data_dir: Path) -> Iterator[Path]:
    yield from sorted((data_dir / MAPPINGS).glob("*.sql"))


def _program() -> str:
    queries = []
    for name in _QUERIES:
        with os.scandir(FOLDER / name) as entries:
            for entry in entries:
                if entry.name.endswith(".sql"):
                    stat = entry.stat()
                    queries.append((f"{name}/{entry.name}", stat.st_mtime_ns, stat.st_ctime_ns, stat.st_size))
    return _program_digest(tuple(sorted(queries)))


@lru_cache(maxsize=4)
def _program_digest(queries: tuple[tuple[str, int, int, int], ...]) -> str:
    digest = hashlib.sha256(f"{LAYOUT} {__version__}".encode())
    for name, *_ in queries:
        digest.update(f"\n{name}\n".encode() + (FOLDER / name).read_bytes())
    return digest.hexdigest()[:16]
