"""Who sits behind each open connection: the gate writes it down, the pages look it up.

The gate gives every connection a random name and passes it on in a header of its own, after it has taken out any
that a client sent. Pages read that header and ask here; a name that was made up belongs to nobody.
"""

import secrets
from collections.abc import Callable

from reliability.access.identity import Identity

HEADER = "x-reliability-visitor"

_present: dict[str, Callable[[], Identity | None]] = {}
_guarded = False


def guard() -> None:
    """Say that there is a gate in this process: from now on, who is not written down here did not pass it."""
    global _guarded
    _guarded = True


def is_guarded() -> bool:
    """Whether there is a gate in this process."""
    return _guarded


def enter(who: Callable[[], Identity | None]) -> str:
    """Remember a connection and return its name. who: says each time who it is, None once they may not read."""
    name = secrets.token_urlsafe(24)
    _present[name] = who
    return name


def leave(name: str) -> None:
    """Forget a connection that was closed."""
    _present.pop(name, None)


def behind(name: str | None) -> Identity | None:
    """Return who sits behind a connection now; None for one that is closed, signed out or without a role."""
    who = _present.get(name or "")
    return who() if who else None
