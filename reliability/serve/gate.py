"""The gate: everything passes here first, pages, data, uploads and WebSockets; what is not allowed is refused.

It is a plain ASGI middleware, since Starlette's BaseHTTPMiddleware does not see WebSockets.
"""

from typing import Any

from starlette.responses import JSONResponse, Response

from reliability.access import presence, refusals
from reliability.access.identity import (
    ADDING,
    ADMINISTER,
    READ,
    RIGHTS_OF,
    ROLE_FOR,
    Identity,
    lacks,
    reader,
    who_has,
)
from reliability.access.policy import Policy
from reliability.access.spool import Spool
from reliability.serve import peer, uploads
from reliability.serve.answers import refusal
from reliability.serve.connection import POLICY_VIOLATION, Connection
from reliability.serve.door import Door
from reliability.serve.limits import limited, too_large
from reliability.serve.security_headers import secured

HEALTH = "/healthz"
API = "/api"
METRICS = "/metrics"

_FOREIGN = "a page of another site asked for it."
# Streamlit compares a token of the page with one of the browser's cookies.
_FORGED = "the page that sent it is not the one that was opened"
_CHANGING = "changing something over /api"
# Whatever else a program may ask for one day changes something.
_READING = ("GET", "HEAD", "OPTIONS")

# Streamlit's own that nobody needs here: its sign-in, its interface for agents, its counters.
_CLOSED = ("/auth/", "/oauth2callback", "/_stcore/agent", "/_stcore/metrics", "/st-metrics")


class Gate:
    """Wraps the whole app. door: how people come in. base: the path below which the app is served, "" for none.

    largest_upload: bytes of one file.
    """

    def __init__(
        self, app: Any, policy: Policy, door: Door, base: str = "", largest_upload: int = 400 * 1024 * 1024
    ) -> None:
        self.app = app
        self.policy = policy
        self.door = door
        self.spool = Spool(policy.data_dir, lambda: policy.access.uploads, largest_upload)
        self.base = base.rstrip("/")

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Let a request through, or answer it."""
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self.app(scope, receive, send)

    async def _http(self, scope: Any, receive: Any, send: Any) -> None:
        path = self._path(scope)
        https = self.door.is_https(scope)

        async def send_secured(message: Any) -> None:
            if message["type"] == "http.response.start":
                message = secured(message, path, https)
                if renewed := self.door.renewed(scope):
                    message["headers"].append(renewed)
            await send(message)

        admitted = await self._admit(scope, receive, path)
        if isinstance(admitted, Response):
            await admitted(scope, receive, send_secured)
            return
        if admitted and path.startswith(uploads.PREFIX) and scope["method"] in ("PUT", "DELETE"):
            await self._upload(scope, receive, send_secured, admitted)
            return
        await self.app(self._passed(scope), limited(receive, self._count_too_large), send_secured)

    async def _admit(self, scope: Any, receive: Any, path: str) -> Response | Identity | None:
        """Return the gate's own answer; where the app may answer, who asks, None for what needs no sign-in."""
        if path == HEALTH and self._is_own_health_check(scope):
            return None
        if (refused := await self._refused(scope)) is not None:
            return refusal(scope, 403, "Refused", refused)
        if path.startswith(_CLOSED):
            return refusal(scope, 404, "Not found", "there is no such address here.")
        if not path.startswith(uploads.PREFIX) and (answer := too_large(scope)):
            if answer.status_code == 413:
                await self._count_too_large()
            return answer
        if path in (API, METRICS) or path.startswith(f"{API}/"):
            return await self._api(scope)
        if own := await self.door.own(scope, receive):
            return own
        who = await self.door.identify(scope)
        if who is None:
            answer = await self.door.sign_in(scope)
            if answer.status_code == 401:
                await self._count(refusals.NO_SIGN_IN, "has not signed in, or the sign-in has ended")
            return answer
        return await self._without_right(scope, who) or who

    async def _upload(self, scope: Any, receive: Any, send: Any, who: Identity) -> None:
        """Take a file to the disk and pass on a reference; or take it back."""
        if why := lacks(ADMINISTER, who, self.policy.access, ADDING):
            await self._write_down(who, ADDING, why)
            await refusal(scope, 403, "Not allowed", why)(scope, receive, send)
            return
        if scope["method"] == "DELETE":
            self.spool.drop_address(scope["path"], who.name)
            await self.app(self._passed(scope), limited(receive, self._count_too_large), send)
            return
        taken = await uploads.take(self.spool, who.name, scope, receive)
        if isinstance(taken, Response):
            if isinstance(taken, uploads.OverLimit):
                await self._write_down(who, ADDING, taken.why)
            await taken(scope, receive, send)
            return
        name, form = taken

        async def send_and_look(message: Any) -> None:
            if message["type"] == "http.response.start" and message["status"] >= 300:
                self.spool.drop(name)
                if message["status"] == 403:
                    await self._write_down(who, ADDING, _FORGED)
            await send(message)

        passed = self._passed(scope)
        passed["headers"] = [*peer.without(passed, "content-length", "transfer-encoding")]
        passed["headers"].append((b"content-length", str(len(form)).encode()))
        await self.app(passed, uploads.replayed(form, receive), send_and_look)

    async def _api(self, scope: Any) -> Response | None:
        """Programs come with a token, whose role says what it may; who signed in reads the pages."""
        if not self.policy.needs_token:
            return None
        given = peer.header(scope, "authorization")
        if (token := self.policy.bearer(given)) is not None:
            right = READ if scope["method"] in _READING else ADMINISTER
            if right in RIGHTS_OF[token.role]:
                return None
            why = (
                f"{_CHANGING} needs a token with the role {ROLE_FOR[right]}; '{token.name}' has {token.role}"
            )
            await refusals.write(self.policy.data_dir, f"token {token.name}", _CHANGING, why)
            return JSONResponse({"error": f"{why}."}, 403)
        what = "the token is not known, has ended or was revoked" if given else "it needs a token"
        await self._count(refusals.NO_TOKEN, what)
        text = f"{what}. Send 'Authorization: Bearer TOKEN'; `python -m reliability access add` makes one."
        return JSONResponse({"error": text}, 401, {"WWW-Authenticate": "Bearer"})

    async def _without_right(self, scope: Any, who: Identity) -> Response | None:
        access = self.policy.access
        if reader(who, access) is not None:
            return None
        await self._write_down(who, READ, "has no role")
        text = f"{who.name} has no role here. Those who read: {who_has(READ, access)}."
        return refusal(scope, 403, "No access", text)

    async def _websocket(self, scope: Any, receive: Any, send: Any) -> None:
        refused = await self._refused(scope)
        who = None if refused is not None else await self.door.identify(scope)
        if who is None or reader(who, self.policy.access) is None:
            if who is not None:
                await self._write_down(who, READ, "has no role")
            elif refused is None:
                await self._count(refusals.NO_SIGN_IN, "has not signed in, or the sign-in has ended")
            await receive()  # the request to connect
            await send({"type": "websocket.close", "code": POLICY_VIOLATION})
            return
        self.door.opened(scope)
        connection = Connection(self.policy, self.door, scope, who)
        name = presence.enter(lambda: reader(self.door.now(scope, who), self.policy.access))
        try:
            passed = self._passed(scope)
            passed["headers"].append((presence.HEADER.encode(), name.encode()))
            await connection.run(self.app, passed, receive, send)
        finally:
            presence.leave(name)

    async def _refused(self, scope: Any) -> str | None:
        """Why a request is refused whoever sends it, None when it is not; the journal has how often."""
        if why := self.door.refuses(scope):
            await self._count(refusals.CONNECTING, why)
            return why
        if peer.is_foreign(scope):
            await self._count(refusals.ELSEWHERE, _FOREIGN)
            return _FOREIGN
        return None

    async def _count(self, what: str, why: str) -> None:
        await refusals.write(self.policy.data_dir, refusals.NOBODY, what, why)

    async def _count_too_large(self) -> None:
        await self._count(refusals.TOO_LARGE, "larger than a request may be")

    async def _write_down(self, who: Identity, what: str, why: str) -> None:
        await refusals.write(self.policy.data_dir, refusals.named(who), what, why)

    @staticmethod
    def _is_own_health_check(scope: Any) -> bool:
        """Whether this machine asks if its server is well: that needs no sign-in."""
        host = peer.host_of(scope)
        return (
            scope["method"] in ("GET", "HEAD")
            and peer.is_loopback(peer.address(scope))
            and host is not None
            and host.is_loopback
            and not peer.is_proxied(scope)
            and not peer.is_foreign(scope)
        )

    def _passed(self, scope: Any) -> Any:
        """Return what the app sees: without the header that is the gate's own, and without those that name somebody.

        Origin was checked here. Streamlit would check it against the machine's public address, which it asks
        another machine for.
        """
        access = self.policy.access
        unwanted = [presence.HEADER, access.user_header, access.groups_header]
        if scope["type"] == "http":
            unwanted.append("origin")
        return {**scope, "headers": peer.without(scope, *unwanted)}

    def _path(self, scope: Any) -> str:
        path = scope["path"]
        return path.removeprefix(self.base) if self.base and path.startswith(f"{self.base}/") else path
