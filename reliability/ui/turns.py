"""Turns: only so many pages are written at the same time; who comes later waits in line.

Python runs one thread at a time. Fifty pages begun at once all end late; two by two most of them end soon.
"""

import os
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

AT_ONCE = max(2, os.cpu_count() or 1)
LONGEST_SECONDS = 10.0
"""Nobody waits longer: whatever the others do, a page is written."""


class Turns:
    """A number of places and one line before them. A place that is given back goes to whoever has waited longest."""

    def __init__(self, places: int, longest_seconds: float = LONGEST_SECONDS) -> None:
        self._places = places
        self._free = places
        self._longest = longest_seconds
        self._line: deque[threading.Event] = deque()
        self._lock = threading.Lock()
        self._mine = threading.local()

    @property
    def waiting(self) -> int:
        """How many stand in line."""
        with self._lock:
            return len(self._line)

    @property
    def are_free(self) -> bool:
        """Whether nobody but who asks has a place."""
        with self._lock:
            return self._free >= self._places - 1

    @contextmanager
    def one(self) -> Iterator[None]:
        """Wait for a place and keep it for the block."""
        self._mine.held = self._take()
        try:
            yield
        finally:
            self._give()

    @contextmanager
    def stepped_aside(self) -> Iterator[None]:
        """Let others have this thread's place for the block, which takes long, and wait for one again after it."""
        held = self._give()
        try:
            yield
        finally:
            if held:
                self._mine.held = self._take()

    def _take(self) -> bool:
        """Wait for a place; False when the wait was too long, and the caller goes on without one."""
        with self._lock:
            if self._free:
                self._free -= 1
                return True
            mine = threading.Event()
            self._line.append(mine)
        if mine.wait(self._longest):
            return True
        with self._lock:
            # It may have been called just now.
            if mine.is_set():
                return True
            self._line.remove(mine)
            return False

    def _give(self) -> bool:
        """Give this thread's place to the first in line; returns whether it had one."""
        if not getattr(self._mine, "held", False):
            return False
        self._mine.held = False
        with self._lock:
            if self._line:
                self._line.popleft().set()
            else:
                self._free += 1
        return True


pages = Turns(AT_ONCE)
"""The places of this process."""
