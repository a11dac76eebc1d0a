"""Memory: what a warehouse has answered before. A published warehouse never changes, so its answers stay true.

Only bytes and flat tuples are kept: the garbage collector walks every other container.
"""

from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import Future
from threading import Lock
from typing import Any

Key = tuple[Any, ...]


class Memory:
    """Answers by key, the least recently used ones forgotten first. Safe for several threads.

    most_bytes: what the values may come to, as their sizes are given.
    """

    def __init__(self, most_bytes: int) -> None:
        self._most = most_bytes
        self._kept: OrderedDict[Key, tuple[Any, int]] = OrderedDict()
        self._asked: dict[Key, Future[Any]] = {}
        self._bytes = 0
        self._lock = Lock()

    def get(self, key: Key) -> Any | None:
        """Return what is remembered, None when nothing is."""
        with self._lock:
            found = self._kept.get(key)
            if found is None:
                return None
            self._kept.move_to_end(key)
            return found[0]

    def keep(self, key: Key, value: Any, size: int) -> None:
        """Remember a value of about `size` bytes; one that is too large to be worth it is not kept."""
        if size > self._most // 8:
            return
        with self._lock:
            _, earlier = self._kept.pop(key, (None, 0))
            self._kept[key] = (value, size)
            self._bytes += size - earlier
            while self._bytes > self._most:
                _, (_, forgotten) = self._kept.popitem(last=False)
                self._bytes -= forgotten

    def once(self, key: Key, ask: Callable[[], tuple[Any, int]]) -> Any:
        """Return what is remembered, else ask: who asks what another one is asking waits for the same answer.

        ask: returns the value and its size in bytes; its error reaches everybody who waits, and is not remembered.
        """
        with self._lock:
            if (found := self._kept.get(key)) is not None:
                self._kept.move_to_end(key)
                return found[0]
            waiting = self._asked.get(key)
            mine = waiting is None
            if waiting is None:
                waiting = self._asked[key] = Future()
        if not mine:
            return waiting.result()
        try:
            value, size = ask()
            self.keep(key, value, size)
            waiting.set_result(value)
        except BaseException as error:
            waiting.set_exception(error)
        finally:
            with self._lock:
                self._asked.pop(key, None)
        return waiting.result()
