"""Mode `oidc`: people sign in with the organisation's OpenID provider and have a session here."""

import logging
import secrets
import time
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs, quote

from starlette.responses import RedirectResponse, Response

from reliability.access import refusals
from reliability.access.addresses import CALLBACK, SIGN_IN, SIGN_OUT, SIGNED_OUT
from reliability.access.identity import Identity
from reliability.access.policy import Policy
from reliability.serve import answers, peer
from reliability.serve.provider import Asked, Provider, ProviderError, SignInError
from reliability.serve.sessions import Session, Sessions

_ATTEMPT_SECONDS = 600
_MOST_ATTEMPTS = 5_000
_LONGEST_ADDRESS = 4_000
_ALONE = "here-alone"
"""Asked for with the page after a sign-out: the provider could not be asked to end its own sign-in."""
_HERE = "You are signed out here."
_HERE_ALONE = (
    "You are signed out here. The sign-in provider did not answer: there you may still be signed in, "
    "so that this browser can come back in without a password."
)
_LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Attempt:
    """A sign-in that has begun. browser: the random name of the browser that began it. back_to: what it asked for."""

    asked: Asked
    browser: str
    back_to: str
    redirect_uri: str
    until: float


class OidcDoor:
    """Lets in whoever the provider names, for as long as the session lasts. base: the path the app is served below."""

    def __init__(self, policy: Policy, base: str = "", sessions: Sessions | None = None) -> None:
        self.policy = policy
        self.base = base
        self.sessions = sessions or Sessions(lambda: policy.access)
        self.provider = Provider(policy)
        self._attempts: dict[str, Attempt] = {}

    def refuses(self, scope: Any) -> str:
        """Refuse hosts that are not listed."""
        host = peer.host_of(scope)
        if host is None or not host.is_among(self.policy.access.hosts):
            return "this host name is not served here ([access] hosts)."
        return ""

    async def identify(self, scope: Any) -> Identity | None:
        """Return whose session this is."""
        session = self.sessions.get(self._cookie(scope, self._session_cookie(scope)))
        return await self._current(session) if session else None

    async def still(self, scope: Any, who: Identity, used: bool) -> Identity | None:
        """Return whose session opened the connection, as the provider knows them now; None once it has ended."""
        session = scope["state"]["session"]
        if session is None or not self.sessions.lasts(session):
            return None
        if used:
            self.sessions.use(session)
        return await self._current(session)

    def opened(self, scope: Any) -> None:
        """Keep the session with its connection: the name in the cookie changes meanwhile."""
        scope.setdefault("state", {})["session"] = self.sessions.get(
            self._cookie(scope, self._session_cookie(scope))
        )

    def now(self, scope: Any, who: Identity) -> Identity | None:
        """Return who is behind an open connection, without asking anybody."""
        session = scope["state"]["session"]
        return session.who if session and self.sessions.lasts(session) else None

    async def _current(self, session: Session) -> Identity | None:
        """Ask the provider again when what it said is old: a group that was taken away is gone within minutes."""
        if self.sessions.needs_asking(session):
            self.sessions.asked(session, session.who)  # one question at a time
            try:
                now = await self.provider.again(session.claims, session.subject, session.tokens)
            except ProviderError as error:
                _LOG.warning("Signed-in people stay as they were: %s", error)
            except SignInError as error:
                _LOG.info("A session ended: %s", error)
                session.ended = True
            else:
                if now is not None:
                    session.who = now
        return session.who if self.sessions.lasts(session) else None

    def is_https(self, scope: Any) -> bool:
        """Whether the person's browser speaks TLS; anywhere but on this machine it must."""
        if scope["scheme"] in ("https", "wss"):
            return True
        host = peer.host_of(scope)
        trusted = self.policy.access.trusts(peer.address(scope))
        if trusted and peer.header(scope, "x-forwarded-proto"):
            return peer.header(scope, "x-forwarded-proto").lower() == "https"
        return not (host and host.is_loopback)

    async def own(self, scope: Any, receive: Any) -> Response | None:
        """Answer sign in, the way back from the provider, and sign out."""
        path = scope["path"].removeprefix(self.base)
        if scope["method"] != "GET" or not path.startswith("/session/"):
            return None
        asked = parse_qs(scope["query_string"].decode("latin-1"))
        given = {name: values[0] for name, values in asked.items()}
        if path == SIGN_IN:
            return await self._begin(scope, given.get("next", "/"))
        if path == CALLBACK:
            return await self._come_back(scope, given)
        if path == SIGN_OUT:
            return await self._sign_out(scope)
        if path == SIGNED_OUT:
            link = (f"{self.base}{SIGN_IN}", "Sign in again")
            return answers.page(200, "Signed out", _HERE_ALONE if _ALONE in given else _HERE, link)
        return None

    async def sign_in(self, scope: Any) -> Response:
        """Send a person to the provider, from where they come back to what they asked for; refuse anything else."""
        if not answers.wants_page(scope):
            return answers.refusal(scope, 401, "Not signed in", "open the app in a browser and sign in.")
        query = scope["query_string"].decode("latin-1")
        return await self._begin(scope, quote(scope["path"], safe="/") + (f"?{query}" if query else ""))

    def renewed(self, scope: Any) -> tuple[bytes, bytes] | None:
        """Return the cookie with a session's new name, when its name has become old."""
        name = self._session_cookie(scope)
        fresh = self.sessions.rename(self._cookie(scope, name))
        return self._set_cookie(scope, name, fresh) if fresh else None

    async def _begin(self, scope: Any, back_to: str) -> Response:
        redirect_uri = f"{self._origin(scope)}{self.base}{CALLBACK}"
        try:
            asked = await self.provider.ask(redirect_uri)
        except ProviderError as error:
            _LOG.warning("Nobody can sign in: %s", error)
            return self._failed(scope, 502, f"{error}.", back_to)
        name = self._attempt_cookie(scope)
        browser = self._cookie(scope, name) or secrets.token_urlsafe(24)
        now = time.monotonic()
        self._attempts = {s: a for s, a in self._attempts.items() if a.until > now}
        while len(self._attempts) >= _MOST_ATTEMPTS:
            del self._attempts[next(iter(self._attempts))]
        until = now + _ATTEMPT_SECONDS
        self._attempts[asked.state] = Attempt(asked, browser, _safe(back_to), redirect_uri, until)
        answer = RedirectResponse(asked.url, 303)
        answer.raw_headers.append(self._set_cookie(scope, name, browser, _ATTEMPT_SECONDS))
        return answer

    async def _come_back(self, scope: Any, given: dict[str, str]) -> Response:
        attempt = self._attempts.pop(given.get("state", ""), None)
        browser = self._cookie(scope, self._attempt_cookie(scope))
        if attempt is None or attempt.until < time.monotonic() or browser != attempt.browser:
            return await self._turned_away(
                scope, 400, "This sign-in was not begun here, or took too long.", "/"
            )
        issuer = self.policy.access.oidc.issuer.rstrip("/")
        if given.get("iss", issuer).rstrip("/") != issuer:
            return await self._turned_away(scope, 400, "Another provider answered.", attempt.back_to)
        if "code" not in given:
            return await self._turned_away(scope, 403, "The provider did not sign you in.", attempt.back_to)
        try:
            answer = await self.provider.answer(attempt.asked, given["code"], attempt.redirect_uri)
        except ProviderError as error:
            _LOG.warning("A sign-in failed: %s", error)
            why = "What the provider answered is not valid."
            return await self._turned_away(scope, 502, why, attempt.back_to)
        except SignInError as error:
            await refusals.write(self.policy.data_dir, error.who, refusals.SIGNING_IN, str(error))
            return self._failed(scope, 403, f"You cannot sign in: {error}.", attempt.back_to)
        former = self._cookie(scope, self._session_cookie(scope))
        if former:
            self.sessions.end(former)
        name = self.sessions.start(answer.who, answer.subject, answer.tokens, answer.claims)
        response = RedirectResponse(attempt.back_to, 303)
        response.raw_headers.append(self._set_cookie(scope, self._session_cookie(scope), name))
        return response

    async def _sign_out(self, scope: Any) -> Response:
        if peer.header(scope, "sec-fetch-site") not in ("", "same-origin", "none"):
            why = "a page of another site asked for it."
            await refusals.write(self.policy.data_dir, refusals.NOBODY, refusals.ELSEWHERE, why)
            return answers.refusal(scope, 403, "Refused", why)
        cookie = self._session_cookie(scope)
        session = self.sessions.end(self._cookie(scope, cookie))
        to = f"{self.base}{SIGNED_OUT}"
        if session and self.policy.access.oidc.end_session:
            try:
                to = (
                    await self.provider.leave(session.claims, session.tokens, f"{self._origin(scope)}{to}")
                    or to
                )
            except ProviderError as error:
                _LOG.warning("Signed out here alone: %s", error)
                to += f"?{_ALONE}=1"
        response = RedirectResponse(to, 303)
        response.raw_headers.append(self._set_cookie(scope, cookie, "", 0))
        return response

    async def _turned_away(self, scope: Any, status: int, why: str, back_to: str) -> Response:
        """Refuse a sign-in by nobody knows whom; the journal has how often."""
        await refusals.write(self.policy.data_dir, refusals.NOBODY, refusals.SIGNING_IN, why)
        return self._failed(scope, status, why, back_to)

    def _failed(self, scope: Any, status: int, why: str, back_to: str) -> Response:
        link = (f"{self.base}{SIGN_IN}?next={quote(_safe(back_to), safe='')}", "Try again")
        return answers.page(status, "Not signed in", why[:1].upper() + why[1:], link)

    def _origin(self, scope: Any) -> str:
        return f"{'https' if self.is_https(scope) else 'http'}://{peer.header(scope, 'host')}"

    def _session_cookie(self, scope: Any) -> str:
        return "__Host-reliability" if self.is_https(scope) else "reliability-session"

    def _attempt_cookie(self, scope: Any) -> str:
        return "__Host-reliability-sign-in" if self.is_https(scope) else "reliability-sign-in"

    @staticmethod
    def _cookie(scope: Any, name: str) -> str:
        for text in peer.headers_named(scope, "cookie"):
            for part in text.split(";"):
                key, _, value = part.strip().partition("=")
                if key == name:
                    return value
        return ""

    def _set_cookie(
        self, scope: Any, name: str, value: str, seconds: int | None = None
    ) -> tuple[bytes, bytes]:
        """Return a cookie that no script reads and no other site sends along with its own requests."""
        secure = "; Secure" if self.is_https(scope) else ""
        age = f"; Max-Age={seconds}" if seconds is not None else ""
        return b"set-cookie", f"{name}={value}; Path=/; HttpOnly; SameSite=Lax{secure}{age}".encode()


def _safe(address: str) -> str:
    """Return an address of this app to go back to; "/" for one that leads elsewhere."""
    is_own = address.startswith("/") and not address.startswith(("//", "/\\", "/session/"))
    if not is_own or len(address) > _LONGEST_ADDRESS or not address.isprintable() or "\\" in address:
        return "/"
    return address
