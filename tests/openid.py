"""A small OpenID provider on this machine, over real sockets: tests say what it answers, it checks what it is asked.

`tests/browser` signs in with a certified one; this one can be told to do what that one never would.
"""

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import parse_qs, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import Route

from tests.browser.server import free_port
from tests.gated import served

CLIENT, SECRET = "reliability", "a-secret-of-the-tests"


class OpenId:
    """What the provider says, and what it was asked.

    metadata: its discovery document. claims: in the ID token. userinfo: what it says later, None: it refuses.
    seconds: how long an access token counts. refreshes: how often one was renewed; each refresh token counts once.
    asked: how often it was asked who somebody is.
    """

    def __init__(self, issuer: str) -> None:
        self.issuer = issuer
        self.secret = SECRET
        self.claims: dict[str, Any] = {"email": "ann@example.com"}
        self.userinfo: dict[str, Any] | None = {}
        self.seconds = 3600
        self.offline = False
        self.refreshes = 0
        self.asked = 0
        self.metadata: dict[str, Any] = {
            "issuer": issuer,
            "authorization_endpoint": f"{issuer}/authorize",
            "token_endpoint": f"{issuer}/token",
            "userinfo_endpoint": f"{issuer}/userinfo",
            "jwks_uri": f"{issuer}/keys",
            "id_token_signing_alg_values_supported": ["RS256"],
        }
        self._key = RSAKey.generate_key(2048, {"kid": "1", "use": "sig", "alg": "RS256"})
        self._codes: dict[str, dict[str, str]] = {}
        self._access = ""
        self._refresh = ""

    def code_for(self, address: str) -> tuple[str, str]:
        """Sign somebody in at the address the browser was sent to; return the state and the code to come back with."""
        asked = {name: values[0] for name, values in parse_qs(urlsplit(address).query).items()}
        assert address.startswith(self.metadata["authorization_endpoint"])
        assert asked["client_id"] == CLIENT and asked["code_challenge_method"] == "S256"
        code = secrets.token_urlsafe(8)
        self._codes[code] = asked
        return asked["state"], code

    async def discovery(self, _request: Request) -> JSONResponse:
        return JSONResponse(self.metadata)

    async def keys(self, _request: Request) -> JSONResponse:
        return JSONResponse({"keys": [self._key.as_dict(private=False)]})

    async def token(self, request: Request) -> JSONResponse:
        given = base64.b64encode(f"{CLIENT}:{self.secret}".encode()).decode()
        if request.headers.get("authorization") != f"Basic {given}":
            return JSONResponse({"error": "invalid_client"}, 401)
        form = await request.form()
        answer: dict[str, Any] = {"token_type": "Bearer", "expires_in": self.seconds}
        if form["grant_type"] == "authorization_code":
            asked = self._codes.pop(str(form["code"]))
            digest = hashlib.sha256(str(form["code_verifier"]).encode()).digest()
            assert base64.urlsafe_b64encode(digest).decode().rstrip("=") == asked["code_challenge"]
            answer["id_token"] = self._id_token(asked["nonce"])
        elif not self._refresh or form["refresh_token"] != self._refresh:
            return JSONResponse({"error": "invalid_grant"}, 400)
        else:
            self.refreshes += 1
        answer["access_token"] = self._access = secrets.token_urlsafe(8)
        if self.offline:
            answer["refresh_token"] = self._refresh = secrets.token_urlsafe(8)
        return JSONResponse(answer)

    def _id_token(self, nonce: str) -> str:
        now = int(time.time())
        said = {"iss": self.issuer, "aud": CLIENT, "sub": "1", "iat": now, "exp": now + 300, "nonce": nonce}
        return jwt.encode({"alg": "RS256", "kid": "1"}, {**said, **self.claims}, self._key)

    async def who(self, request: Request) -> JSONResponse:
        self.asked += 1
        if self.userinfo is None or request.headers.get("authorization") != f"Bearer {self._access}":
            return JSONResponse({"error": "invalid_token"}, 401)
        return JSONResponse({"sub": "1", **self.userinfo})


@contextmanager
def openid() -> Iterator[OpenId]:
    """Run a provider until the block ends."""
    port = free_port()
    provider = OpenId(f"http://127.0.0.1:{port}")
    app = Starlette(
        routes=[
            Route("/.well-known/openid-configuration", provider.discovery),
            Route("/keys", provider.keys),
            Route("/token", provider.token, methods=["POST"]),
            Route("/userinfo", provider.who),
        ]
    )
    with served(app, port):
        yield provider
