"""Signing in with a real OpenID provider, in the real browser: the way in and back, roles, and every way out."""

from pathlib import Path

import httpx2
import pytest

from reliability.cli.main import main
from reliability.journal import Journal
from tests.browser.oidc_provider import SECRET, Provider, providing
from tests.browser.server import Server, serving

ANN = {"email": "ann@example.com", "email_verified": True, "groups": ["staff", "sre"]}
BOB = {"email": "bob@example.com", "email_verified": True, "groups": ["staff"]}
EVE = {"email": "eve@elsewhere.example", "email_verified": True, "groups": ["staff"]}
ZOE = {"email": "zoe@example.com", "email_verified": True, "groups": []}
SETTINGS = """
[access]
mode = "oidc"
hosts = ["127.0.0.1", "localhost"]
idle_minutes = 2
refresh_minutes = 1

[access.oidc]
issuer = "{issuer}"
client_id = "reliability"
scopes = ["openid", "email", "groups"]
domains = ["example.com"]

[access.roles]
viewer = ["group:staff"]
approver = ["group:sre"]
"""


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    with providing(tmp_path_factory.mktemp("provider")) as running:
        yield running


@pytest.fixture
def signed(own_sample: Path, provider: Provider, tmp_path: Path):
    """The server with a sign-in, on all addresses."""
    provider.write(ann=ANN, bob=BOB, eve=EVE, zoe=ZOE)
    with (own_sample / "review.toml").open("a", encoding="utf-8") as settings:
        settings.write(SETTINGS.format(issuer=provider.issuer))
    (own_sample / "access.toml").write_text(f'[oidc]\nclient_secret = "{SECRET}"\n')
    with serving(own_sample, tmp_path / "log", ready="/healthz", address="0.0.0.0") as running:
        yield running


@pytest.fixture
def come(signed: Server, visitors):
    """Somebody new at the app: `come("ann", "/gates")` follows a link, signs in at the provider and is back."""

    def coming(name: str, path: str, waits: bool = True):
        visitor = visitors(signed)
        # The provider's own page asks for its fonts elsewhere.
        for part in (
            "fonts.googleapis.com",
            "ERR_FAILED",
            "401",
            "403",
            "WebSocket",
        ):
            visitor.expect_problem(part)
        visitor.page.set_default_timeout(120_000)
        visitor.page.goto(signed.url + path)
        visitor.page.fill("input[name=login]", name)
        visitor.page.fill("input[name=password]", "any")
        visitor.page.click("button[type=submit]")
        visitor.page.click("button[type=submit]")  # consent
        if waits:
            visitor.wait()
        return visitor

    return coming


def journal(server: Server) -> list[tuple[str, str, str]]:
    return [(e.who, e.kind, e.subject) for e in Journal(server.data_dir).entries()]


def test_the_deep_link_is_open_after_the_sign_in_and_gone_after_the_sign_out(come, signed):
    ann = come("ann", "/definitions?quarter=2025-Q3")
    assert "/definitions" in ann.page.url and "quarter=2025+Q3" in ann.page.url
    assert "ann@example.com" in ann.page.inner_text("[data-testid=stSidebar]")
    cookies = {c["name"]: c for c in ann.context.cookies() if c["name"].startswith("reliability")}
    session = cookies["reliability-session"]
    assert session["httpOnly"] and session["sameSite"] == "Lax"
    assert len(session["value"]) < 100
    ann.page.click("text=Sign out")
    ann.page.wait_for_selector("text=You are signed out here")
    with httpx2.Client(base_url=signed.url, cookies={"reliability-session": session["value"]}) as old:
        assert old.get("/").status_code == 401  # the name is worth nothing any more


def test_who_may_not_come_in_reads_why_and_the_journal_has_it(come, signed):
    eve = come("eve", "/gates", waits=False)
    eve.page.wait_for_selector("text=eve@elsewhere.example is not of example.com")
    assert ("eve@elsewhere.example", "refusal", "sign in") in journal(signed)
    zoe = come("zoe", "/gates", waits=False)
    zoe.page.wait_for_selector("text=zoe@example.com has no role here")
    assert "group:staff" in zoe.page.content()
    assert ("zoe@example.com", "refusal", "read") in journal(signed)


def test_without_a_sign_in_there_is_nothing(signed, own_sample, capsys):
    with httpx2.Client(base_url=signed.url) as client:
        for path in ("/", "/gates", "/_stcore/health", "/media/x.csv", "/static/js/x.js", "/api/gates"):
            assert client.get(path).status_code == 401, path
        assert client.get("/gates", headers={"accept": "text/html"}).status_code == 303
        assert client.get("/gates", headers={"host": "evil.example"}).status_code == 403
        assert client.get("/session/callback?state=x&code=y").status_code == 400
        capsys.readouterr()
        assert main(["access", "add", "pipeline", "--data", str(own_sample)]) == 0
        bearer = {"authorization": f"Bearer {capsys.readouterr().out.strip()}"}
        assert client.get("/api/gates", headers=bearer).status_code == 200
        assert client.get("/gates", headers=bearer).status_code == 401


@pytest.mark.slow
def test_a_group_taken_away_and_a_page_left_alone_end_what_was_open(come, provider, signed):
    ann, bob = come("ann", "/definitions"), come("bob", "/definitions")
    provider.write(ann={**ANN, "groups": []}, bob=BOB)
    # Ann's page ends when the provider is asked again, within a minute; Bob's after two minutes without use.
    for person in (ann, bob):
        person.page.wait_for_selector("text=You are not signed in", timeout=240_000)
    ann.page.goto(signed.url + "/gates")
    ann.page.wait_for_selector("text=ann@example.com has no role here")
    bob.page.reload()  # the provider still knows him: it asks for his consent, not for his password
    bob.page.wait_for_selector("text=confirm previously given authorization")
    bob.page.click("button[type=submit]")
    bob.wait()
    assert bob.page.url.endswith("/definitions")
    assert "not signed in" not in bob.text
