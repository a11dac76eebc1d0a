"""The OpenID provider, as this app asks it: where to sign in, who came back, who somebody is now."""

from collections.abc import Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

import httpx2
from authlib.common.errors import AuthlibBaseError
from authlib.integrations.starlette_client import StarletteIntegration, StarletteOAuth2App
from joserfc.errors import JoseError

from reliability.access.identity import Identity, folded
from reliability.access.policy import Policy
from reliability.settings.access import Oidc

_PATIENCE_SECONDS = 10.0
_LOOK_SECONDS = 3.0
_MOST_GROUPS = 2000
_LONGEST_NAME = 200
# Signed with the provider's own key. None that this app could make itself, and not "none".
_SIGNATURES = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA")

# What the code flow cannot do without.
_ENDPOINTS = ("authorization_endpoint", "token_endpoint", "jwks_uri")
# The tokens that somebody is being asked about with: where renewed ones go.
_ASKED_WITH: ContextVar[dict[str, Any]] = ContextVar("_ASKED_WITH")


class SignInError(Exception):
    """Somebody cannot sign in. who: whom the provider named, "" when it named nobody. The message says why."""

    def __init__(self, why: str, who: str = "") -> None:
        super().__init__(why)
        self.who = who


class ProviderError(SignInError):
    """The provider cannot be reached, or answered something that is not allowed."""


@dataclass(frozen=True)
class Asked:
    """A question to the provider that is on its way: where to send the browser, and what must come back."""

    url: str
    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True)
class Answer:
    """Somebody who came back.

    subject: the provider's own name for them. tokens: to ask about them again. claims: what the sign-in said of them,
    for what userinfo does not repeat.
    """

    who: Identity
    subject: str
    tokens: dict[str, Any]
    claims: dict[str, Any]


class Provider:
    """Code flow with PKCE, state and nonce, by Authlib."""

    def __init__(self, policy: Policy) -> None:
        self.policy = policy
        self._app: StarletteOAuth2App | None = None
        self._made_of: tuple[Oidc, str] | None = None

    async def ask(self, redirect_uri: str) -> Asked:
        """Prepare a sign-in. Raises ProviderError when the provider cannot be reached."""
        app = await self._connected()
        made = await app.create_authorization_url(redirect_uri)
        return Asked(made["url"], made["state"], made["nonce"], made["code_verifier"])

    async def answer(self, asked: Asked, code: str, redirect_uri: str) -> Answer:
        """Exchange the code that came back. Raises SignInError with who may not come in, and why."""
        app = await self._connected()
        try:
            tokens = await app.fetch_access_token(redirect_uri, code=code, code_verifier=asked.verifier)
            said = await app.parse_id_token(tokens, nonce=asked.nonce)
        except (AuthlibBaseError, JoseError, ValueError, KeyError) as error:
            raise ProviderError(f"what the provider answered is not valid ({error})") from error
        except httpx2.HTTPError as error:
            raise ProviderError("the provider cannot be reached") from error
        if said is None:
            raise ProviderError("the provider did not say who this is")
        kept, claims = dict(tokens), dict(said)
        now = await self._userinfo(app, kept, str(said["sub"]))
        groups = self.policy.access.oidc.groups_claim
        if groups in now:
            claims.pop(groups, None)  # userinfo has them: later, leaving them out means that there are none
        return Answer(self._identity({**claims, **now}), str(said["sub"]), kept, claims)

    async def again(self, claims: Mapping[str, Any], subject: str, tokens: dict[str, Any]) -> Identity | None:
        """Ask who somebody is now, with their groups of today; None where the provider cannot say.

        claims, subject, tokens: of their `Answer`. Tokens that have ended are renewed in place, where the provider
        gave a refresh token. Raises SignInError when they may not come in any more, ProviderError when nobody answers.
        """
        if not self._gave(claims):
            raise SignInError("people sign in with another provider now")
        app = await self._connected()
        if not app.server_metadata.get("userinfo_endpoint"):
            return None
        return self._identity({**claims, **await self._userinfo(app, tokens, subject)})

    def _gave(self, claims: Mapping[str, Any]) -> bool:
        """Whether this provider gave these claims: another one must not see the tokens that came with them."""
        return str(claims.get("iss", "")).rstrip("/") == self.policy.access.oidc.issuer.rstrip("/")

    async def leave(self, claims: Mapping[str, Any], tokens: Mapping[str, Any], back_to: str) -> str | None:
        """Return where the provider signs somebody out, None when it has no such address or is another one by now.

        Raises ProviderError when it does not answer now: what is known of it from before would lead to nobody.
        """
        if not self._gave(claims):
            return None
        app = await self._connected()
        if not app.server_metadata.get("end_session_endpoint"):
            return None
        await _look(self.policy.access.oidc)
        made = await app.create_logout_url(
            back_to, id_token_hint=tokens.get("id_token"), client_id=self.policy.access.oidc.client_id
        )
        return str(made["url"])

    async def _connected(self) -> StarletteOAuth2App:
        """Return what asks the provider, made anew when the settings or the secret have changed."""
        oidc, secret = self.policy.access.oidc, self.policy.secrets.client_secret
        if self._app is not None and self._made_of == (oidc, secret):
            return self._app
        app = await _connect(oidc, secret)
        self._app, self._made_of = app, (oidc, secret)
        return app

    async def _userinfo(
        self, app: StarletteOAuth2App, tokens: dict[str, Any], subject: str
    ) -> dict[str, Any]:
        """Return what the provider says of somebody now. A refusal ends the sign-in."""
        if not app.server_metadata.get("userinfo_endpoint"):
            return {}
        _ASKED_WITH.set(tokens)
        try:
            said = dict(await app.userinfo(token=dict(tokens)))
        except httpx2.HTTPStatusError as error:
            if error.response.status_code < 500:
                raise SignInError("the provider does not know the sign-in any more") from error
            raise ProviderError("the provider cannot be reached") from error
        except httpx2.HTTPError as error:
            raise ProviderError("the provider cannot be reached") from error
        except (AuthlibBaseError, ValueError) as error:  # the token has ended
            raise SignInError("the provider's sign-in has ended") from error
        if str(said.get("sub")) != subject:
            raise ProviderError("the provider described somebody else")
        return said

    def _identity(self, claims: Mapping[str, Any]) -> Identity:
        oidc = self.policy.access.oidc
        name = str(claims.get(oidc.user_claim) or "").strip()
        if not name or len(name) > _LONGEST_NAME or not name.isprintable():
            raise SignInError(f"the provider names nobody in the claim '{oidc.user_claim}'")
        email = str(claims.get("email") or (name if "@" in name else ""))
        if _is_unverified(claims.get("email_verified")) and (oidc.user_claim == "email" or oidc.domains):
            raise SignInError(f"the address {email} is not verified", name)
        if oidc.domains and folded(email.rpartition("@")[2]) not in map(folded, oidc.domains):
            raise SignInError(f"{email or name} is not of {' or '.join(oidc.domains)}", name)
        given = claims.get(oidc.groups_claim)
        groups = [given] if isinstance(given, str) else given if isinstance(given, list) else []
        return Identity(name, tuple(str(group) for group in groups[:_MOST_GROUPS]))


def _is_unverified(said: Any) -> bool:
    """Whether a provider says that an address was not verified; some say it in a text."""
    return said is not None and str(said).lower() not in ("true", "1")


def _discovery(oidc: Oidc) -> str:
    """The address of the provider's discovery document."""
    return f"{oidc.issuer.rstrip('/')}/.well-known/openid-configuration"


async def _look(oidc: Oidc) -> None:
    """Raise ProviderError unless the provider answers right now."""
    try:
        async with httpx2.AsyncClient(timeout=_LOOK_SECONDS) as client:
            (await client.get(_discovery(oidc))).raise_for_status()
    except httpx2.HTTPError as error:
        raise ProviderError("the provider cannot be reached") from error


async def _connect(oidc: Oidc, secret: str) -> StarletteOAuth2App:
    """Read the provider's discovery document. Raises ProviderError for one that cannot be used, and says why."""
    issuer = oidc.issuer.rstrip("/")
    address = _discovery(oidc)
    app = StarletteOAuth2App(
        StarletteIntegration("provider"),
        name="provider",
        client_id=oidc.client_id,
        client_secret=secret or None,
        client_kwargs={
            "scope": " ".join(oidc.scopes),
            "code_challenge_method": "S256",
            "timeout": _PATIENCE_SECONDS,
        },
        server_metadata_url=address,
        update_token=_keep_renewed,
    )
    try:
        metadata = await app.load_server_metadata()
    except httpx2.HTTPError as error:
        raise ProviderError("the provider cannot be reached") from error
    except (ValueError, TypeError) as error:
        raise ProviderError(f"what the provider answers at {address} is no discovery document") from error
    if str(metadata.get("issuer", "")).rstrip("/") != issuer:
        raise ProviderError("the provider's own name differs from [access.oidc] issuer")
    for endpoint in _ENDPOINTS:
        if not str(metadata.get(endpoint, "")).startswith(("https://", "http://")):
            raise ProviderError(f"the provider does not say its {endpoint} ({address})")
    offered = metadata.get("id_token_signing_alg_values_supported") or ["RS256"]
    metadata["id_token_signing_alg_values_supported"] = [a for a in offered if a in _SIGNATURES]
    return app


async def _keep_renewed(token: Mapping[str, Any], refresh_token: str = "", access_token: str = "") -> None:
    """Put renewed tokens in the place of those that had ended, before anything else can fail.

    Most providers take each refresh token once, and do not repeat the ID token, which signing out needs.
    """
    kept = _ASKED_WITH.get()
    for ended in ("expires_at", "expires_in"):
        kept.pop(ended, None)
    kept.update(token)
