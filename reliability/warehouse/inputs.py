"""Inputs: everything a warehouse is made from, as one short fingerprint."""

import hashlib
from collections.abc import Iterable, Iterator
from pathlib import Path

from reliability import __version__
from reliability.exports import ExportSource
from reliability.queries import FOLDER
from reliability.settings import Settings
from reliability.warehouse.versions import LAYOUT

MAPPINGS = "mappings"
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
    with path.open("rb") as file:
        content = hashlib.file_digest(file, "sha256").digest()
    digest.update(f"\n{name}\n".encode() + content)
