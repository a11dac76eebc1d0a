"""Sessions of people who signed in: two limits, a name that changes, an end for all pages; where a sign-in leads."""

import pytest

from reliability.access.identity import Identity
from reliability.access.policy import Policy
from reliability.serve.oidc import OidcDoor, _safe
from reliability.serve.sessions import Sessions
from reliability.settings.access import Access
from tests.gated import gated, settings

ANN = Identity("ann@example.com", ("sre",))
ACCESS = Access(mode="oidc", idle_minutes=10, session_hours=2, refresh_minutes=5)
OIDC = """
[access]
mode = "oidc"
hosts = ["review.example.com", "localhost"]
trusted_proxies = ["10.0.0.1"]
[access.oidc]
issuer = "http://127.0.0.1:9"
client_id = "reliability"
"""


class Clock:
    now = 1000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock():
    return Clock()


@pytest.fixture
def sessions(clock):
    return Sessions(lambda: ACCESS, clock)


def start(sessions):
    return sessions.start(ANN, "subject", {})


def test_a_session_ends_without_use(sessions, clock):
    name = start(sessions)
    clock.now += 9 * 60
    assert sessions.get(name).who == ANN
    clock.now += 9 * 60
    assert sessions.get(name) is not None  # the last look was a use
    clock.now += 10 * 60
    assert sessions.get(name) is None


def test_a_session_ends_also_when_it_is_used(sessions, clock):
    name = start(sessions)
    for _ in range(14):
        clock.now += 8 * 60
        assert sessions.get(name) is not None
    clock.now += 8 * 60  # two hours in all
    assert sessions.get(name) is None


def test_a_made_up_name_is_nobody(sessions):
    start(sessions)
    assert sessions.get("") is None
    assert sessions.get("x" * 43) is None


def test_the_name_changes_and_the_former_one_soon_counts_no_longer(sessions, clock):
    name = start(sessions)
    assert sessions.rename(name) is None
    for _ in range(2):
        clock.now += 8 * 60
        session = sessions.get(name)
    fresh = sessions.rename(name)
    assert fresh and fresh != name
    assert sessions.get(fresh) is session
    assert sessions.get(name) is session  # what was on its way
    clock.now += 60
    assert sessions.get(name) is None
    assert sessions.get(fresh) is session


def test_signing_out_ends_every_page(sessions):
    name = start(sessions)
    session = sessions.get(name)
    assert sessions.end(name) is session
    assert sessions.get(name) is None
    assert not sessions.lasts(session)


def test_the_provider_is_asked_again_after_a_while(sessions, clock):
    session = sessions.get(start(sessions))
    clock.now += 4 * 60
    assert not sessions.needs_asking(session)
    clock.now += 60
    assert sessions.needs_asking(session)
    sessions.asked(session, Identity("ann@example.com"))
    assert not sessions.needs_asking(session)
    assert session.who.groups == ()


@pytest.mark.parametrize(
    ("address", "kept"),
    [
        ("/gates?quarter=2025-Q3", True),
        ("/", True),
        ("//evil.example/", False),
        ("/\\evil.example", False),
        ("https://evil.example", False),
        ("/x\r\nSet-Cookie: a=b", False),
        ("/session/sign-out", False),
        ("", False),
        ("/" + "x" * 5000, False),
    ],
)
def test_a_sign_in_leads_back_into_the_app_only(address, kept):
    assert _safe(address) == (address if kept else "/")


@pytest.fixture
def asked(tmp_path, clock):
    """Ask the gate for a page by a session that Ann has: `asked(path, name)`; `asked.sessions` has hers."""
    oidc = OIDC.replace('mode = "oidc"', 'mode = "oidc"\nidle_minutes = 10') + "end_session = true\n"
    begun = []

    def door(policy):
        begun.append(Sessions(lambda: policy.access, clock))
        return OidcDoor(policy, sessions=begun[0])

    client = gated(settings(tmp_path / "data", oidc), door, host="review.example.com")

    def ask(path, name):
        return client.get(path, headers={"cookie": f"__Host-reliability={name}"})

    ask.name = begun[0].start(ANN, "subject", {}, {"iss": "http://127.0.0.1:9"})
    return ask


def test_the_browser_gets_the_new_name_and_the_former_one_opens_nothing_after_a_minute(asked, clock):
    clock.now += 8 * 60
    answer = asked("/gates", asked.name)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)
    clock.now += 8 * 60
    answer = asked("/gates", asked.name)
    cookie = answer.headers["set-cookie"]
    name, _, rest = cookie.partition("=")
    fresh, _, how = rest.partition("; ")
    assert (answer.status_code, name, how) == (
        200,
        "__Host-reliability",
        "Path=/; HttpOnly; SameSite=Lax; Secure",
    )
    assert len(fresh) >= 40 and fresh != asked.name
    assert asked("/gates", fresh).status_code == asked("/gates", asked.name).status_code == 200
    clock.now += 60
    assert asked("/gates", asked.name).status_code == 401
    answer = asked("/gates", fresh)
    assert (answer.status_code, answer.headers.get("set-cookie")) == (200, None)


def test_who_signs_out_while_the_provider_is_down_is_signed_out_here(asked):
    assert asked("/gates", asked.name).status_code == 200
    answer = asked("/session/sign-out", asked.name)
    assert (answer.status_code, answer.headers["location"]) == (303, "/session/signed-out?here-alone=1")
    assert "__Host-reliability=;" in answer.headers["set-cookie"]
    assert asked("/gates", asked.name).status_code == 401


@pytest.fixture
def client(tmp_path):
    return gated(
        settings(tmp_path / "data", OIDC), lambda policy: OidcDoor(policy), host="review.example.com"
    )


def test_without_a_session_there_is_nothing(client):
    for path in ("/", "/api/gates", "/_stcore/health", "/media/x", "/static/x.js", "/healthz"):
        assert client.get(path).status_code == 401, path
    assert client.get("/", headers={"host": "evil.example"}).status_code == 403
    assert client.get("/session/callback?state=x&code=y").status_code == 400
    cookie = {"cookie": "__Host-reliability=made-up"}
    assert client.get("/", headers=cookie).status_code == 401


def test_a_provider_that_does_not_answer_is_said(client):
    answer = client.get("/gates", headers={"accept": "text/html"})
    assert answer.status_code == 502
    assert "The provider cannot be reached" in answer.text
    assert "/session/sign-in?next=%2Fgates" in answer.text


def test_the_cookie_is_for_this_host_over_tls_alone(client, tmp_path):
    policy = Policy(settings(tmp_path / "data", OIDC))
    door = OidcDoor(policy)

    def scope(host, peer="192.0.2.1", **headers):
        pairs = [
            (b"host", host.encode()),
            *((n.replace("_", "-").encode(), v.encode()) for n, v in headers.items()),
        ]
        return {"type": "http", "scheme": "http", "client": (peer, 1), "headers": pairs}

    name, value = door._set_cookie(
        scope("review.example.com"), door._session_cookie(scope("review.example.com")), "x"
    )
    assert name == b"set-cookie"
    assert value == b"__Host-reliability=x; Path=/; HttpOnly; SameSite=Lax; Secure"
    assert door._session_cookie(scope("localhost:8501")) == "reliability-session"
    assert door.is_https(scope("localhost", "10.0.0.1", x_forwarded_proto="https"))
    assert not door.is_https(scope("localhost", "192.0.2.1", x_forwarded_proto="https"))
