"""Refusals in the journal: who was not allowed what. The same one again within a minute is not written twice."""

import logging
import threading
import time
from pathlib import Path

import anyio

from reliability.errors import JournalError
from reliability.journal import Journal

KIND = "refusal"

_AGAIN_SECONDS = 60.0
_MOST = 10_000
_LONGEST = 200
_NOBODY = "not signed in"
_LOG = logging.getLogger(__name__)
_written: dict[tuple[Path, str, str], float] = {}
_lock = threading.Lock()


def write_now(data_dir: Path, who: str, what: str, why: str) -> None:
    """Write a refusal down. A journal that cannot be written does not turn a refusal into an error."""
    now = time.monotonic()
    key = (data_dir, who, what)
    with _lock:
        if now - _written.get(key, -_AGAIN_SECONDS) < _AGAIN_SECONDS:
            return
        if len(_written) >= _MOST:
            _written.clear()
        _written[key] = now
    try:
        Journal(data_dir).append(KIND, what[:_LONGEST], {"why": why[:_LONGEST]}, who[:_LONGEST] or _NOBODY)
    except JournalError as error:
        _LOG.warning("A refusal is not in the journal: %s", error)


async def write(data_dir: Path, who: str, what: str, why: str) -> None:
    """Write a refusal down without holding up others."""
    await anyio.to_thread.run_sync(write_now, data_dir, who, what, why)
