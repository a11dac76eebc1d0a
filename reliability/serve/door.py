"""A door: one way to come in, as the gate sees it. There is one for each mode of [access]."""

from typing import Any, Protocol

from starlette.responses import Response

from reliability.access.identity import Identity


class Door(Protocol):
    """What differs between the modes."""

    def refuses(self, scope: Any) -> str:
        """Return why a request may not come from there or name this host, "" when it may."""
        ...

    async def identify(self, scope: Any) -> Identity | None:
        """Return who asks, None for somebody who has not signed in."""
        ...

    def opened(self, scope: Any) -> None:
        """Remember what a connection was opened with, before it is let through."""
        ...

    async def still(self, scope: Any, who: Identity, used: bool) -> Identity | None:
        """Return who is behind a connection that `who` opened, None once they are signed out.

        used: whether they just did something, which is what a session lasts on.
        """
        ...

    def now(self, scope: Any, who: Identity) -> Identity | None:
        """Return the same without waiting for anybody."""
        ...

    def is_https(self, scope: Any) -> bool:
        """Whether the person's browser speaks TLS, to this server or to its proxy."""
        ...

    async def own(self, scope: Any, receive: Any) -> Response | None:
        """Answer a request for one of the door's own pages (sign in, sign out), None for any other."""
        ...

    async def sign_in(self, scope: Any) -> Response:
        """Answer a request of somebody who has not signed in."""
        ...

    def renewed(self, scope: Any) -> tuple[bytes, bytes] | None:
        """Return a header that renews what the browser keeps of the sign-in, None while it is new enough."""
        ...
