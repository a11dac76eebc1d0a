"""Digests of files, large ones read in two parts at a time, and remembered while size and times stay the same."""

import hashlib
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import BinaryIO, NamedTuple

_PART, _CHUNK = 1 << 25, 1 << 20


class Stamp(NamedTuple):
    """What the file system says of a file. changed_ns and inode: not kept anywhere, they differ for a copy."""

    bytes: int
    modified_ns: int
    changed_ns: int
    inode: int


def stamp_of(path: Path) -> Stamp:
    """Look at a file. Raises OSError."""
    stat = path.stat()
    return Stamp(stat.st_size, stat.st_mtime_ns, stat.st_ctime_ns, stat.st_ino)


def digest_of(path: Path, stamp: Stamp | None = None) -> str:
    """SHA-256 (64 hex digits) of the digests of a file's parts of 32 MB. Raises OSError.

    stamp: as just looked at; a file with the same one is not read again. Without one it is read in any case.
    """
    return _remembered(path, stamp) if stamp is not None else _digest(path)


def digest_of_stream(file: BinaryIO) -> str:
    """The same digest of what is read from a stream to its end. Raises what reading raises."""
    parts = b"".join(iter(lambda: _read_part(file), b""))
    return hashlib.sha256(parts or hashlib.sha256().digest()).hexdigest()


def _read_part(file: BinaryIO) -> bytes:
    """The digest of the next part of a stream; b"" at its end."""
    digest, left = hashlib.sha256(), _PART
    while left and (chunk := file.read(min(left, _CHUNK))):
        digest.update(chunk)
        left -= len(chunk)
    return digest.digest() if left < _PART else b""


@lru_cache(maxsize=10_000)
def _remembered(path: Path, stamp: Stamp) -> str:
    del stamp  # part of the key only
    return _digest(path)


def _digest(path: Path) -> str:
    starts = range(0, max(1, path.stat().st_size), _PART)
    if len(starts) == 1:
        return hashlib.sha256(_part_digest(path, 0)).hexdigest()
    with ThreadPoolExecutor(2) as pool:
        return hashlib.sha256(b"".join(pool.map(lambda start: _part_digest(path, start), starts))).hexdigest()


def _part_digest(path: Path, start: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return _read_part(file) or hashlib.sha256().digest()
