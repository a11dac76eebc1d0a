"""Sessions of people who signed in: kept here, the browser only has a random name of one."""

import hashlib
import secrets
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from reliability.access.identity import Identity
from reliability.settings.access import Access

_MOST_SESSIONS = 20_000
_RENAMED_AFTER_SECONDS = 15 * 60
# Requests of one page that were on their way with the former name still come through.
_FORMER_SECONDS = 60


@dataclass
class Session:
    """Somebody who signed in. Times: monotonic seconds.

    subject, tokens, claims: what the provider said and gave at the sign-in, with which it is asked again.
    asked_at: when it last said who this is.
    """

    who: Identity
    started_at: float
    used_at: float
    asked_at: float
    renamed_at: float
    tokens: dict[str, Any] = field(default_factory=dict)
    subject: str = ""
    claims: dict[str, Any] = field(default_factory=dict)
    ended: bool = False


class Sessions:
    """Every session of this process. A restart signs everybody out here, not at the provider."""

    def __init__(self, access: Callable[[], Access], clock: Callable[[], float] = time.monotonic) -> None:
        self._access = access
        self._clock = clock
        self._by_name: dict[str, Session] = {}
        self._former: dict[str, tuple[str, float]] = {}
        self._lock = threading.Lock()

    def start(
        self, who: Identity, subject: str, tokens: dict[str, Any], claims: dict[str, Any] | None = None
    ) -> str:
        """Begin a session and return its name, which only the browser keeps."""
        now = self._clock()
        name = secrets.token_urlsafe(32)
        with self._lock:
            self._remove_ended()
            self._by_name[_kept(name)] = Session(who, now, now, now, now, tokens, subject, claims or {})
        return name

    def get(self, name: str) -> Session | None:
        """Return a session that has not ended, and let it last on: its person did something."""
        now = self._clock()
        with self._lock:
            key = self._key(name, now)
            session = self._by_name.get(key)
            if session is None or not self.lasts(session):
                if session is not None:
                    self._end(key)
                return None
            session.used_at = now
            return session

    def rename(self, name: str) -> str | None:
        """Give a session a new name when its name is old; return it, None while it need not change."""
        now = self._clock()
        with self._lock:
            key = _kept(name)
            session = self._by_name.get(key)
            if session is None or now - session.renamed_at < _RENAMED_AFTER_SECONDS:
                return None
            fresh = secrets.token_urlsafe(32)
            session.renamed_at = now
            self._by_name[_kept(fresh)] = self._by_name.pop(key)
            self._former[key] = (_kept(fresh), now + _FORMER_SECONDS)
            return fresh

    def lasts(self, session: Session) -> bool:
        """Whether a session is within its limits."""
        access, now = self._access(), self._clock()
        return (
            not session.ended
            and now - session.used_at < access.idle_minutes * 60
            and now - session.started_at < access.session_hours * 3600
        )

    def use(self, session: Session) -> None:
        """Let a session last on: its person did something."""
        session.used_at = self._clock()

    def end(self, name: str) -> Session | None:
        """End a session, for all its open pages; return it."""
        with self._lock:
            return self._end(self._key(name, self._clock()))

    def needs_asking(self, session: Session) -> bool:
        """Whether what the provider said of somebody is older than the settings allow."""
        return self._clock() - session.asked_at >= self._access().refresh_minutes * 60

    def asked(self, session: Session, who: Identity) -> None:
        """Keep what the provider said anew."""
        session.who = who
        session.asked_at = self._clock()

    def _key(self, name: str, now: float) -> str:
        key = _kept(name)
        to, until = self._former.get(key, ("", 0.0))
        return to if to and now < until else key

    def _end(self, key: str) -> Session | None:
        session = self._by_name.pop(key, None)
        if session is not None:
            session.ended = True
        return session

    def _remove_ended(self) -> None:
        for key in [key for key, session in self._by_name.items() if not self.lasts(session)]:
            self._end(key)
        while len(self._by_name) >= _MOST_SESSIONS:
            self._end(min(self._by_name, key=lambda key: self._by_name[key].used_at))
        now = self._clock()
        self._former = {key: value for key, value in self._former.items() if value[1] > now}


def _kept(name: str) -> str:
    """What is kept of a name: memory that leaks does not give sessions away."""
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()
