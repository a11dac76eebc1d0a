"""The index: candidates that were found before, kept beside the warehouse.

Candidates are kept by month, each under a digest of every incident they are based on. A new export therefore costs only
the months that it touches, and what comes out is what a computation from nothing would give. The file may be deleted at
any time; one that is damaged, or that another version wrote, is ignored and replaced.
"""

import hashlib
import os
import zipfile
import zlib
from collections.abc import Sequence
from contextlib import suppress
from importlib.metadata import version
from pathlib import Path

import numpy as np
from filelock import FileLock, Timeout

from reliability.repeats.candidates import SPARE, Block, Candidates, blocks, candidates, joined
from reliability.repeats.history import History
from reliability.repeats.model import FLOOR, LOOK_BACK_DAYS, TOP
from reliability.repeats.texts import DIGEST, Texts

FILE = "repeats.npz"
LAYOUT = 2
"""Raise it whenever candidates are found in another way, so that those found before are not used."""

_LOCK = "repeats.lock"
_DIGEST = 32
_WAIT_SECONDS = 120
_UNREADABLE = (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError)

Kept = dict[bytes, Candidates]


def all_candidates(texts: Texts | History, folder: Path | None = None) -> Candidates:
    """Find the candidates of every incident, in order of opening, taking from the index what it holds.

    folder: where the index is kept; None, or one that cannot be written to: nothing is kept. Several processes may ask
    at once: one computes, the others wait for it.
    """
    months = blocks(texts.opened)
    digests = [digest(texts, month) for month in months]
    kept = _read(folder)
    if not all(d in kept and _fits(kept[d], m) for m, d in zip(months, digests, strict=True)):
        with suppress(OSError, Timeout), _lock(folder):
            kept = _read(folder)
            kept = _completed(texts, months, digests, kept)
            _write(folder, kept)
        kept = _completed(texts, months, digests, kept)
    return joined([kept[d].moved(m.start) for m, d in zip(months, digests, strict=True)])


def digest(texts: Texts | History, month: Block) -> bytes:
    """Name a month by everything that its candidates are based on."""
    method = (LAYOUT, version("scikit-learn"), LOOK_BACK_DAYS, FLOOR, TOP + SPARE, month.first - month.start)
    found = hashlib.blake2b(repr(method).encode(), digest_size=_DIGEST)
    found.update(memoryview(texts.digests)[DIGEST * month.start : DIGEST * month.end])
    found.update(bytes(texts.is_generic[month.start : month.end]))
    return found.digest()


def _completed(texts: Texts | History, months: Sequence[Block], digests: Sequence[bytes], kept: Kept) -> Kept:
    """What is kept for these months and no others, the missing ones found again. Positions count from their start."""
    missing = [(d, m) for d, m in zip(digests, months, strict=True) if d not in kept or not _fits(kept[d], m)]
    fresh = zip(missing, candidates(texts, [m for _, m in missing]), strict=True)
    found = {d: pairs.moved(-m.start) for (d, m), pairs in fresh}
    return {d: found[d] if d in found else kept[d] for d in digests}


def _fits(pairs: Candidates, month: Block) -> bool:
    """Whether pairs can be those of a month, whatever the file says."""
    return not len(pairs) or bool(
        pairs.incident.min() >= month.first - month.start
        and pairs.incident.max() < month.end - month.start
        and pairs.partner.min() >= 0
        and (pairs.partner < pairs.incident).all()
        and (np.diff(pairs.incident) >= 0).all()
    )


def _lock(folder: Path | None) -> FileLock:
    if folder is None or not folder.is_dir():
        raise FileNotFoundError("there is no folder to keep candidates in")
    return FileLock(folder / _LOCK, timeout=_WAIT_SECONDS)


def _read(folder: Path | None) -> Kept:
    """What the file holds; nothing when there is none, or it cannot be trusted."""
    if folder is None:
        return {}
    try:
        with np.load(folder / FILE, allow_pickle=False) as held:
            layout, digests, edges = held["layout"], held["digests"], held["edges"]
            pairs = Candidates(held["incident"], held["partner"], held["score"], held["same_title"])
            lengths = {len(pairs.incident), len(pairs.partner), len(pairs.score), len(pairs.same_title)}
            if layout.tolist() != [LAYOUT] or len(edges) != len(digests) + 1 or lengths != {edges[-1]}:
                return {}
            return {name.tobytes(): pairs.of(slice(edges[k], edges[k + 1])) for k, name in enumerate(digests)}
    except _UNREADABLE:
        return {}


def _write(folder: Path | None, kept: Kept) -> None:
    """Replace the file at once. What a killed process leaves behind is removed by the next build."""
    if folder is None:
        return
    part = folder / f"building-{FILE}-{os.getpid()}-{os.urandom(4).hex()}"
    pairs = joined(list(kept.values()))
    try:
        with part.open("wb") as file:
            np.savez(
                file,
                layout=np.array([LAYOUT]),
                digests=np.frombuffer(b"".join(kept), dtype=np.uint8).reshape(-1, _DIGEST),
                edges=np.cumsum([0, *(len(c) for c in kept.values())]),
                incident=pairs.incident.astype(np.int32),
                partner=pairs.partner.astype(np.int32),
                score=pairs.score,
                same_title=pairs.same_title,
            )
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, folder / FILE)
    finally:
        part.unlink(missing_ok=True)
