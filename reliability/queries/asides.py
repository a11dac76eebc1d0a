"""Suppositions that are kept: who supposes the same again finds the tables already made."""

from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Generic, Protocol, TypeVar

from reliability.queries.memory import Key

_MOST = 4


class _Closes(Protocol):
    def close(self) -> None: ...


T = TypeVar("T", bound=_Closes)


class Asides(Generic[T]):
    """The last few suppositions by key. Each serves one thread at a time; who finds it in use makes another."""

    def __init__(self, most: int = _MOST) -> None:
        self._most = most
        self._free: OrderedDict[Key, T] = OrderedDict()
        self._lock = Lock()
        self._closed = False

    @contextmanager
    def borrow(self, key: Key, make: Callable[[], T], fill: Callable[[T], None]) -> Iterator[T]:
        """Give the supposition of this key, a new one from `make` and `fill` unless one is free.

        One whose block ends in an error is not kept.
        """
        with self._lock:
            aside = self._free.pop(key, None)
        try:
            if aside is None:
                aside = make()
                fill(aside)
            yield aside
        except BaseException:
            if aside is not None:
                aside.close()
            raise
        self._put_back(key, aside)

    def close(self) -> None:
        """Drop what is kept, and keep nothing from now on."""
        with self._lock:
            kept, self._closed = list(self._free.values()), True
            self._free.clear()
        for aside in kept:
            aside.close()

    def _put_back(self, key: Key, aside: T) -> None:
        dropped = [aside]
        with self._lock:
            if not self._closed:
                dropped = [twin] if (twin := self._free.pop(key, None)) is not None else []
                self._free[key] = aside
                while len(self._free) > self._most:
                    dropped.append(self._free.popitem(last=False)[1])
        for one in dropped:
            one.close()
