"""Uploads wait on the disk, not in memory, until they are added: limited per person and in total, let go in time.

Streamlit keeps every uploaded file in memory while its visitor is there. The gate therefore takes the bytes out of the
upload, keeps them in a file, and passes on a short reference in their place; who adds the upload opens it here.
"""

import os
import secrets
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from reliability.errors import ExportError
from reliability.settings.access import Uploads

FOLDER = ".uploads"

_MARK = b"reliability-upload:"
_OLD = "it has expired, or the server was restarted"


class TooMuch(Exception):
    """An upload that goes over a limit; the message says over which."""


class TakenBack(Exception):
    """An upload that its person took back while it was on its way."""


@dataclass
class Held:
    """One upload on its way or waiting.

    address: where the browser sent it, which is how it takes it back. since: when it was whole, monotonic seconds.
    gone: it was let go.
    """

    path: Path
    who: str
    address: str
    size: int = 0
    since: float = 0.0
    complete: bool = False
    gone: bool = False


class Spool:
    """The uploads of one data folder that nobody has added yet."""

    def __init__(self, data_dir: Path, limits: Callable[[], Uploads], largest: int) -> None:
        """limits: what counts now. largest: bytes of one file. Removes what an earlier process left behind."""
        self.folder = data_dir / FOLDER
        self.limits = limits
        self.largest = largest
        self._held: dict[str, Held] = {}
        self._lock = threading.Lock()
        _spools.append(self)
        self._remove_leftovers()

    def begin(self, who: str, address: str) -> tuple[str, Held]:
        """Make room for one more file of a person. Raises TooMuch when they have too many waiting."""
        self._let_go()
        limits = self.limits()
        with self._lock:
            if sum(held.who == who for held in self._held.values()) >= limits.person_files:
                raise TooMuch(
                    f"{limits.person_files} uploads of yours are waiting: add them, or take some out"
                )
            self.folder.mkdir(mode=0o700, exist_ok=True)
            name = secrets.token_urlsafe(24)
            held = self._held[name] = Held(self.folder / name, who, address)
        return name, held

    def grow(self, held: Held, size: int) -> None:
        """Count `size` more bytes of an upload. Raises TooMuch when a limit is passed, TakenBack when it is gone."""
        if held.gone:
            raise TakenBack
        limits = self.limits()
        with self._lock:
            held.size += size
            person = sum(other.size for other in self._held.values() if other.who == held.who)
            total = sum(other.size for other in self._held.values())
        for used, allowed, what in (
            (held.size, self.largest, "one file may have"),
            (person, limits.person_bytes, "your uploads may have together"),
            (total, limits.total_bytes, "all uploads may have together"),
        ):
            if used > allowed:
                raise TooMuch(f"larger than {what}: {allowed // (1024 * 1024)} MB")

    def reference(self, name: str) -> bytes:
        """Return what stands in for a file that has come in whole. Raises TakenBack when it is gone."""
        with self._lock:
            held = self._held.get(name)
            if held is None:
                raise TakenBack
            held.since, held.complete = time.monotonic(), True
        return _MARK + name.encode()

    def path(self, name: str) -> Path | None:
        """Return where an upload lies, None when it is gone."""
        self._let_go()
        with self._lock:
            held = self._held.get(name)
            return held.path if held and held.complete and held.path.exists() else None

    def drop(self, name: str) -> None:
        """Let an upload go."""
        with self._lock:
            held = self._held.pop(name, None)
        if held:
            held.gone = True
            held.path.unlink(missing_ok=True)

    def drop_address(self, address: str, who: str) -> None:
        """Let go what a person takes back in the browser."""
        with self._lock:
            names = [n for n, held in self._held.items() if held.address == address and held.who == who]
        for name in names:
            self.drop(name)

    def _let_go(self) -> None:
        """Let go what waits too long. What is still on its way has limits of its own (`serve.uploads`)."""
        until = time.monotonic() - self.limits().keep_minutes * 60
        with self._lock:
            old = [name for name, held in self._held.items() if held.complete and held.since < until]
        for name in old:
            self.drop(name)
        self._remove_leftovers()

    def _remove_leftovers(self) -> None:
        """Remove files that nobody here holds and that are too old to belong to another process on the same folder."""
        until = time.time() - self.limits().keep_minutes * 60
        if not self.folder.is_dir():
            return
        with self._lock:
            ours = set(self._held)
        for path in self.folder.iterdir():
            with suppress(FileNotFoundError):  # the other process was quicker
                if path.name not in ours and path.stat().st_mtime < until:
                    path.unlink()


_spools: list[Spool] = []


def waiting(content: bytes, name: str) -> Path | None:
    """Return the file that an upload's content refers to; None when the content is the file itself.

    name: of the file, for the message. Raises ExportError when the file was let go meanwhile.
    """
    if not content.startswith(_MARK):
        return None
    key = content.removeprefix(_MARK).decode("utf-8", "replace")
    for spool in _spools:
        if path := spool.path(key):
            return path
    raise ExportError(_OLD, name[:80], "Take it out of the list and upload it again.")


def release(content: bytes) -> None:
    """Let go of an upload that was added."""
    if content.startswith(_MARK):
        for spool in _spools:
            spool.drop(content.removeprefix(_MARK).decode("utf-8", "replace"))


def write(path: Path, parts: list[bytes]) -> None:
    """Put bytes at the end of a file that its owner alone reads."""
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600), "ab") as file:
        file.writelines(parts)
