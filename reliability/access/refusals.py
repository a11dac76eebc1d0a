"""Refusals in the journal: who was not allowed what, at most one entry a minute for the same, with how often.

Whoever hammers the port is counted, and cannot fill the journal: those who are not signed in are one, and what they
were refused is one of a few kinds.
"""

import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import anyio

from reliability.access.identity import Identity
from reliability.errors import JournalError

KIND = "refusal"
NOBODY, THIS_MACHINE = "not signed in", "this machine"
CONNECTING, ELSEWHERE, SIGNING_IN = "connecting", "a request from a page of another site", "sign in"
NO_SIGN_IN, TOO_LARGE, NO_TOKEN = "asking without a sign-in", "a request that is too large", "reading /api"

AGAIN_SECONDS = 60.0
_MOST = 10_000
_LONGEST = 200
_LOG = logging.getLogger(__name__)


@dataclass
class _Same:
    """The same refusal again. at: when it was last written, monotonic seconds. times: since then."""

    at: float
    times: int = 0
    why: str = ""


_seen: dict[tuple[Path, str, str], _Same] = {}
_lock = threading.Lock()
_timer: threading.Timer | None = None


def named(who: Identity | None) -> str:
    """Return what the journal calls somebody who is refused something."""
    if who is None:
        return NOBODY
    return THIS_MACHINE if who.is_local else who.name


def write_now(data_dir: Path, who: str, what: str, why: str) -> None:
    """Write a refusal down, or count it. A journal that cannot be written does not turn a refusal into an error."""
    key = (data_dir, who[:_LONGEST] or NOBODY, what[:_LONGEST])
    with _lock:
        now = time.monotonic()
        if len(_seen) >= _MOST:
            _forget(now)
        same = _seen.setdefault(key, _Same(float("-inf")))
        same.times, same.why = same.times + 1, why[:_LONGEST]
        times = same.times
        if now - same.at < AGAIN_SECONDS:
            _flush_later()
            return
        same.at, same.times = now, 0
    _append(key, why[:_LONGEST], times)


async def write(data_dir: Path, who: str, what: str, why: str) -> None:
    """Write a refusal down without holding up others."""
    await anyio.to_thread.run_sync(write_now, data_dir, who, what, why)


def flush(everything: bool = True) -> None:
    """Write down what was only counted: all of it before the server ends, else what is a minute old."""
    global _timer
    with _lock:
        now = time.monotonic()
        due = []
        for key, same in _seen.items():
            if same.times and (everything or now - same.at >= AGAIN_SECONDS):
                due.append((key, same.why, same.times))
                same.at, same.times = now, 0
        _timer = None
        if any(same.times for same in _seen.values()):
            _flush_later()
    for key, why, times in due:
        _append(key, why, times)


def _flush_later() -> None:
    """Let what is counted be written although nobody is refused any more. The caller holds the lock."""
    global _timer
    if _timer is None:
        _timer = threading.Timer(AGAIN_SECONDS, flush, kwargs={"everything": False})
        _timer.daemon = True
        _timer.start()


def _forget(now: float) -> None:
    """Make room for others: what is old and written down goes, all of it where that is not enough."""
    for key in [k for k, same in _seen.items() if not same.times and now - same.at >= AGAIN_SECONDS]:
        del _seen[key]
    if len(_seen) >= _MOST:
        _LOG.warning("More than %d refusals in a minute: some are not counted.", _MOST)
        _seen.clear()


def _append(key: tuple[Path, str, str], why: str, times: int) -> None:
    data_dir, who, what = key
    if not data_dir.is_dir():
        return
    from reliability.journal import Journal  # a server listens before it needs one

    try:
        Journal(data_dir).append(KIND, what, {"why": why} | ({"times": times} if times > 1 else {}), who)
    except JournalError as error:
        _LOG.warning("A refusal is not in the journal: %s", error)
        with _lock:
            same = _seen.setdefault(key, _Same(time.monotonic()))
            same.times, same.why = same.times + times, why
            _flush_later()
