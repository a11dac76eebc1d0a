"""Inputs: everything a warehouse is made from, as one short fingerprint."""

import hashlib
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from reliability import __version__
from reliability.exports import ExportSource
from reliability.queries import FOLDER
from reliability.settings import Settings
from reliability.warehouse.versions import LAYOUT

MAPPINGS = "mappings"
_PART, _CHUNK = 1 << 25, 1 << 20
_QUERIES = ("build", "checks", "facts", "import")


def data_version(data_dir: Path, found: Iterable[ExportSource], settings: Settings) -> str:
    """Twelve hex digits that change with any export, its name, a setting that counts, or a query of the build.

    Times of files do not count: a copied folder has the same version.
    """
    digest = hashlib.sha256(f"{LAYOUT} {__version__} {settings.fingerprint}".encode())
    for path in sorted({source.path for source in found}):
        _add(digest, path.relative_to(data_dir).as_posix(), path)
    for path in _queries(data_dir):
        _add(digest, f"{path.parent.name}/{path.name}", path)
    return digest.hexdigest()[:12]


def stamps(found: Iterable[ExportSource]) -> dict[Path, tuple[int, int]]:
    """Size and time of every export file, to notice one that changes while it is read."""
    stats = {source.path: source.path.stat() for source in found}
    return {path: (stat.st_size, stat.st_mtime_ns) for path, stat in stats.items()}


def _queries(data_dir: Path) -> Iterator[Path]:
    for folder in (*(FOLDER / name for name in _QUERIES), data_dir / MAPPINGS):
        yield from sorted(folder.glob("*.sql"))


def _add(digest: "hashlib._Hash", name: str, path: Path) -> None:
    digest.update(f"\n{name}\n".encode(errors="surrogateescape") + _content_digest(path))


def _content_digest(path: Path) -> bytes:
    """The digest of the digests of a file's parts: both halves of a large file are read at a time."""
    starts = range(0, max(1, path.stat().st_size), _PART)
    with ThreadPoolExecutor(2) as pool:
        return hashlib.sha256(b"".join(pool.map(lambda start: _part_digest(path, start), starts))).digest()


def _part_digest(path: Path, start: int) -> bytes:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        file.seek(start)
        left = _PART
        while left and (chunk := file.read(min(left, _CHUNK))):
            digest.update(chunk)
            left -= len(chunk)
    return digest.digest()
