"""Mode `local`: only this machine, by a name that only means this machine."""

from typing import Any

from starlette.responses import Response

from reliability.access.identity import LOCAL_IDENTITY, Identity
from reliability.serve import peer
from reliability.serve.answers import refusal

_REMEDY = "Others need a sign-in: [access] mode in review.toml (docs/access.md)."


class LocalDoor:
    """Lets in whoever sits at this machine."""

    def refuses(self, scope: Any) -> str:
        """Refuse senders elsewhere, what a proxy passed on, and host names that DNS could point here."""
        if not peer.is_loopback(peer.address(scope)):
            return f"only this machine may connect. {_REMEDY}"
        if peer.is_proxied(scope):
            return f"it comes through a proxy, which would let in everybody. {_REMEDY}"
        host = peer.host_of(scope)
        if host is None or not host.is_loopback:
            return f"open it as localhost. {_REMEDY}"
        return ""

    async def identify(self, scope: Any) -> Identity | None:
        """Return the one at this machine."""
        return LOCAL_IDENTITY

    def opened(self, scope: Any) -> None:
        """There is nothing to remember."""

    async def still(self, scope: Any, who: Identity, used: bool) -> Identity | None:
        """Return the one at this machine."""
        return who

    def now(self, scope: Any, who: Identity) -> Identity | None:
        """Return the one at this machine."""
        return who

    def is_https(self, scope: Any) -> bool:
        """Whether this server was given a certificate."""
        return scope["scheme"] in ("https", "wss")

    async def own(self, scope: Any, receive: Any) -> Response | None:
        """There are no pages of its own."""
        return None

    async def sign_in(self, scope: Any) -> Response:
        """There is no sign-in; nobody gets here."""
        return refusal(scope, 401, "Not signed in", _REMEDY)

    def renewed(self, scope: Any) -> tuple[bytes, bytes] | None:
        """The browser keeps nothing."""
        return None
