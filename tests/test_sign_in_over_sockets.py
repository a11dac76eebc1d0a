"""A sign-in from its begin to its end, with an OpenID provider over real sockets: renewed tokens, claims, changes."""

import time
from types import SimpleNamespace

import pytest
from authlib.oauth2.rfc6749 import wrappers

from reliability.journal import Journal
from reliability.serve.oidc import OidcDoor
from reliability.serve.sessions import Sessions
from tests.gated import gated, settings
from tests.openid import CLIENT, SECRET, openid

pytestmark = pytest.mark.slow

SETTINGS = """
[access]
mode = "oidc"
hosts = ["localhost"]
idle_minutes = 60
session_hours = 12
refresh_minutes = 5
[access.oidc]
issuer = "{issuer}"
client_id = "{client}"
scopes = ["openid", "email", "offline_access"]
[access.roles]
viewer = ["group:staff"]
"""
SIGN_IN = {"accept": "text/html"}


class Clock:
    """The time of the sessions, in seconds."""

    now = 1000.0

    def __call__(self) -> float:
        return self.now

    def passes(self, minutes: float) -> None:
        self.now += minutes * 60


@pytest.fixture
def provider():
    with openid() as running:
        running.claims = {"email": "ann@example.com", "groups": ["staff"]}
        running.userinfo = {"email": "ann@example.com", "groups": ["staff"]}
        yield running


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def folder(tmp_path, provider):
    made = settings(tmp_path / "data", SETTINGS.format(issuer=provider.issuer, client=CLIENT))
    (made / "access.toml").write_text(f'[oidc]\nclient_secret = "{SECRET}"\n')
    return made


@pytest.fixture
def client(folder, clock):
    def door(policy):
        return OidcDoor(policy, sessions=Sessions(lambda: policy.access, clock))

    with gated(folder, door) as opened:
        yield opened


def sign_in(client, provider):
    """Follow a link, sign in at the provider, and come back; return the answer to the way back."""
    sent = client.get("/gates", headers=SIGN_IN)
    assert sent.status_code == 303, sent.text
    state, code = provider.code_for(sent.headers["location"])
    return client.get(f"/session/callback?state={state}&code={code}", headers=SIGN_IN)


def sign_out(client):
    """Sign out; return where the browser is sent, without what comes with it."""
    answer = client.get("/session/sign-out", headers=SIGN_IN)
    assert answer.status_code == 303 and "reliability-session=;" in answer.headers["set-cookie"]
    return answer.headers["location"].partition("?")[0], answer.headers["location"]


def status(client):
    return client.get("/gates").status_code


def test_renewed_tokens_are_kept_so_that_the_session_outlives_the_first_one(client, provider, clock):
    provider.offline, provider.seconds = True, 30
    assert sign_in(client, provider).headers["location"] == "/gates"
    for times in range(1, 5):
        clock.passes(6)
        assert status(client) == 200
        assert provider.refreshes == times + 1  # once already for the groups at the sign-in


def test_without_a_token_to_renew_it_the_session_ends_with_the_access_token(
    client, provider, clock, monkeypatch
):
    sign_in(client, provider)
    clock.passes(6)
    assert status(client) == 200
    an_hour_on = time.time() + 3600
    monkeypatch.setattr(wrappers, "time", SimpleNamespace(time=lambda: an_hour_on))
    clock.passes(6)
    assert status(client) == 401
    assert provider.refreshes == 0


def test_changed_settings_and_secrets_count_with_the_next_sign_in(client, provider, folder):
    assert sign_in(client, provider).status_code == 303
    provider.secret = "renewed"
    client.cookies.clear()
    assert sign_in(client, provider).status_code == 502
    (folder / "access.toml").write_text('[oidc]\nclient_secret = "renewed"\n')
    assert sign_in(client, provider).status_code == 303
    client.cookies.clear()
    text = (folder / "review.toml").read_text().replace('"offline_access"', '"groups"')
    settings(folder, text)
    assert "scope=openid+email+groups" in client.get("/gates", headers=SIGN_IN).headers["location"]
    with openid() as other:
        settings(folder, text.replace(provider.issuer, other.issuer))
        assert client.get("/gates", headers=SIGN_IN).headers["location"].startswith(other.issuer)


def test_nobodys_tokens_are_shown_to_another_provider(client, provider, clock, folder):
    sign_in(client, provider)
    asked = provider.asked
    with openid() as other:
        text = (folder / "review.toml").read_text()
        settings(folder, text.replace(provider.issuer, other.issuer))
        clock.passes(6)
        assert status(client) == 401
        assert (other.asked, provider.asked) == (0, asked)


@pytest.mark.parametrize("missing", ["authorization_endpoint", "token_endpoint", "jwks_uri"])
def test_a_provider_that_does_not_say_where_is_named(client, provider, missing):
    given = provider.metadata.pop(missing)
    answer = client.get("/gates", headers=SIGN_IN)
    assert answer.status_code == 502
    assert f"The provider does not say its {missing} ({provider.issuer}/.well-known" in answer.text
    provider.metadata[missing] = given
    assert client.get("/gates", headers=SIGN_IN).status_code == 303


@pytest.mark.parametrize("metadata", [[], "no object"])
def test_a_provider_whose_discovery_is_nonsense_is_named(client, provider, metadata):
    provider.metadata = metadata
    answer = client.get("/gates", headers=SIGN_IN)
    assert answer.status_code == 502
    assert "is no discovery document" in answer.text


def test_what_userinfo_does_not_repeat_stays_as_the_sign_in_said(client, provider, clock, folder):
    text = (folder / "review.toml").read_text()
    settings(folder, text.replace("client_id", 'user_claim = "name"\ndomains = ["example.com"]\nclient_id'))
    provider.claims = {"name": "Ann", "email": "ann@example.com", "groups": ["staff"]}
    provider.userinfo = {}
    sign_in(client, provider)
    clock.passes(6)
    assert status(client) == 200, "the address and the groups are those of the sign-in"
    provider.userinfo = {"email": "ann@elsewhere.example"}
    clock.passes(6)
    assert status(client) == 401


def test_groups_that_userinfo_had_and_leaves_out_are_gone(client, provider, clock):
    provider.claims = {"email": "ann@example.com", "groups": ["staff"]}
    sign_in(client, provider)
    provider.userinfo = {"email": "ann@example.com"}  # how some say that there are none
    assert status(client) == 200
    clock.passes(6)
    assert status(client) == 403


def test_groups_taken_away_at_the_provider_are_gone_after_a_while(client, provider, clock):
    sign_in(client, provider)
    provider.userinfo = {"email": "ann@example.com", "groups": ["other"]}
    clock.passes(4)
    assert status(client) == 200
    clock.passes(1)
    assert status(client) == 403


@pytest.mark.parametrize(
    "said",
    [
        {"iss": "https://evil.example"},
        {"iss": None},
        {"aud": "another-client"},
        {"nonce": "of-another-sign-in"},
        {"nonce": None},
        {"exp": 1},
        {"iat": 4_000_000_000, "exp": 4_000_000_300},
    ],
    ids=str,
)
def test_a_token_that_was_not_made_for_this_sign_in_signs_nobody_in(client, provider, folder, said):
    provider.claims |= said
    answer = sign_in(client, provider)
    assert answer.status_code == 502 and "not valid" in answer.text
    assert client.get("/gates", headers=SIGN_IN).status_code == 303
    (entry,) = Journal(folder).entries()
    assert (entry.who, entry.kind, entry.subject) == ("not signed in", "refusal", "sign in")


def test_who_signs_out_when_the_provider_has_gone_is_signed_out_here_and_reads_that(tmp_path):
    """Where it signs people out is known from before: nobody is sent there."""
    with openid() as provider:
        provider.metadata["end_session_endpoint"] = f"{provider.issuer}/leave"
        text = SETTINGS.format(issuer=provider.issuer, client=CLIENT)
        text = text.replace("[access.roles]\nviewer", "end_session = true\n[access.roles]\nviewer")
        made = settings(tmp_path / "data", text.replace('"group:staff"', '"*"'))
        (made / "access.toml").write_text(f'[oidc]\nclient_secret = "{SECRET}"\n')
        client = gated(made, OidcDoor)
        sign_in(client, provider)
        assert status(client) == 200
        assert sign_out(client)[0] == f"{provider.issuer}/leave"
        assert status(client) == 401
        sign_in(client, provider)
        assert status(client) == 200
    to, whole = sign_out(client)
    assert to == "/session/signed-out"
    assert status(client) == 401
    said = client.get(whole, headers=SIGN_IN).text
    assert "You are signed out here. The sign-in provider did not answer" in said
    assert "did not answer" not in client.get(to, headers=SIGN_IN).text
