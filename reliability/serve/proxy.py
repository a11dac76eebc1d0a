"""Mode `proxy`: a reverse proxy signs people in and says in a header who they are."""

import time
from collections.abc import Callable
from typing import Any

from starlette.responses import Response

from reliability.access.identity import Identity
from reliability.access.policy import Policy
from reliability.serve import peer
from reliability.serve.answers import refusal

_LONGEST_NAME = 200


class ProxyDoor:
    """Takes the word of the listed proxies, and of nobody else.

    The proxy is asked with every request, but once for an open page, whose connection may stay for days. It therefore
    lasts as long as a session may; then the browser connects anew, and the proxy says who it is.
    """

    def __init__(self, policy: Policy, clock: Callable[[], float] = time.monotonic) -> None:
        self.policy = policy
        self._clock = clock

    def refuses(self, scope: Any) -> str:
        """Refuse senders that are not the proxy, and hosts that are not listed."""
        access = self.policy.access
        if not access.trusts(peer.address(scope)):
            return "only the reverse proxy may connect ([access] trusted_proxies)."
        host = peer.host_of(scope)
        if host is None or not host.is_among(access.hosts):
            return "this host name is not served here ([access] hosts)."
        return ""

    async def identify(self, scope: Any) -> Identity | None:
        """Return whom the proxy names. Two names are none: the client sent one of them."""
        access = self.policy.access
        names = peer.headers_named(scope, access.user_header)
        groups = peer.headers_named(scope, access.groups_header) if access.groups_header else []
        name = _text(names[0]).strip() if len(names) == 1 else ""
        if not name or len(name) > _LONGEST_NAME or not name.isprintable() or "," in name or len(groups) > 1:
            return None
        listed = (group.strip() for group in _text(groups[0]).split(",")) if groups else ()
        return Identity(name, tuple(group for group in listed if group))

    def opened(self, scope: Any) -> None:
        """Keep when the proxy named somebody."""
        scope.setdefault("state", {})["named_at"] = self._clock()

    async def still(self, scope: Any, who: Identity, used: bool) -> Identity | None:
        """Return who opened the connection, until it is older than a session may be."""
        return self.now(scope, who)

    def now(self, scope: Any, who: Identity) -> Identity | None:
        """Return who opened the connection, until it is older than a session may be."""
        age = self._clock() - scope["state"]["named_at"]
        return who if age < self.policy.access.session_hours * 3600 else None

    def is_https(self, scope: Any) -> bool:
        """Whether the proxy says that the person's browser speaks TLS."""
        return peer.header(scope, "x-forwarded-proto").lower() == "https"

    async def own(self, scope: Any, receive: Any) -> Response | None:
        """There are no pages of its own: the proxy has them."""
        return None

    async def sign_in(self, scope: Any) -> Response:
        """Say that the proxy named nobody."""
        header = self.policy.access.user_header
        return refusal(scope, 401, "Not signed in", f"the reverse proxy names nobody in {header}.")

    def renewed(self, scope: Any) -> tuple[bytes, bytes] | None:
        """The browser keeps nothing."""
        return None


def _text(given: str) -> str:
    """Return a header's value as UTF-8, "" for one that is not: two names must not become the same one."""
    try:
        return given.encode("latin-1").decode("utf-8")
    except UnicodeDecodeError:
        return ""
