"""Refusals: each kind is in the journal, by whom it is known to be, and nobody who hammers the port can fill it."""

import csv
import io
from datetime import UTC, datetime

import pytest
from starlette.websockets import WebSocketDisconnect

from reliability.access import refusals, tokens
from reliability.cli.main import main
from reliability.journal import Journal, file
from reliability.serve.local import LocalDoor
from reliability.serve.oidc import OidcDoor
from reliability.serve.proxy import ProxyDoor
from tests.gated import gated, settings
from tests.openid import CLIENT, SECRET, openid
from tests.test_roles import PROXY, STAFF, proxied
from tests.test_uploads import put

OIDC = """
[access]
mode = "oidc"
hosts = ["localhost"]
[access.oidc]
issuer = "{issuer}"
client_id = "{client}"
"""
BROWSER = {"accept": "text/html"}


@pytest.fixture
def clock(monkeypatch):
    """The time as the refusals see it, in seconds, and nothing seen before: `clock[0] += 60`."""
    now = [1000.0]
    monkeypatch.setattr(refusals.time, "monotonic", lambda: now[0])
    monkeypatch.setattr(refusals, "_flush_later", lambda: None)
    monkeypatch.setattr(refusals, "_seen", {})
    return now


@pytest.fixture
def folder(tmp_path):
    return settings(tmp_path / "data")


def written(folder):
    return [(e.who, e.kind, e.subject, e.body.get("times", 1)) for e in Journal(folder).entries()]


def local(folder, **where):
    return gated(folder, lambda _policy: LocalDoor(), **where)


def test_who_hammers_the_port_is_counted_once_a_minute_and_kind(folder, clock):
    client = local(folder, host="evil.example")
    for second in range(150):
        assert client.get(f"/{second}").status_code == 403
        clock[0] += 1
    refusals.flush()
    nobody = ("not signed in", "refusal", "connecting")
    assert written(folder) == [(*nobody, 1), (*nobody, 60), (*nobody, 60), (*nobody, 29)]


def test_what_was_counted_is_written_a_minute_later_though_nobody_asks_again(folder, clock):
    for _ in range(3):
        refusals.write_now(folder, "zoe@example.com", "read", "has no role")
    clock[0] += 59
    refusals.flush(everything=False)
    assert [times for *_, times in written(folder)] == [1]
    clock[0] += 1
    refusals.flush(everything=False)
    refusals.flush(everything=False)
    assert [times for *_, times in written(folder)] == [1, 2]


def test_the_timer_that_writes_them_is_started_by_what_is_counted(folder, monkeypatch):
    monkeypatch.setattr(refusals, "_seen", {})
    monkeypatch.setattr(refusals, "AGAIN_SECONDS", 0.2)
    for _ in range(3):
        refusals.write_now(folder, "zoe@example.com", "read", "has no role")
    timer = refusals._timer
    assert timer is not None
    timer.join(20)
    assert [times for *_, times in written(folder)] == [1, 2]


def test_a_journal_that_cannot_be_written_keeps_the_count_for_later(folder, clock, monkeypatch, caplog):
    with monkeypatch.context() as broken:
        broken.setattr(file, "create", lambda _path: (_ for _ in ()).throw(OSError(28, "No space left")))
        assert local(folder, host="evil.example").get("/").status_code == 403
    assert "A refusal is not in the journal" in caplog.text
    clock[0] += 60
    assert local(folder, host="evil.example").get("/").status_code == 403
    assert [times for *_, times in written(folder)] == [2]


def test_however_many_are_refused_memory_stays_bounded(folder, clock, monkeypatch):
    monkeypatch.setattr(refusals, "_MOST", 5)
    for number in range(20):
        refusals.write_now(folder, f"person {number}", "read", "has no role")
        assert len(refusals._seen) <= 5
    assert len(written(folder)) == 20


@pytest.mark.parametrize(
    ("where", "headers", "kind"),
    [
        ({"host": "evil.example"}, {}, "connecting"),
        ({"peer": "192.0.2.1"}, {}, "connecting"),
        ({}, {"x-forwarded-for": "203.0.113.9"}, "connecting"),
        ({}, {"origin": "http://evil.example"}, "a request from a page of another site"),
        ({}, {"content-length": "70000"}, "a request that is too large"),
    ],
)
def test_what_nobody_known_is_refused(folder, clock, where, headers, kind):
    assert local(folder, **where).get("/gates", headers=headers).status_code in (403, 413)
    assert written(folder) == [("not signed in", "refusal", kind, 1)]


def test_what_grows_too_large_without_saying_so(folder, clock):
    answer = local(folder).post("/gates", content=(b"x" * 10_000 for _ in range(10)))
    assert answer.status_code == 413
    assert written(folder) == [("not signed in", "refusal", "a request that is too large", 1)]


def test_a_socket_that_is_refused_is_too(folder, clock):
    with pytest.raises(WebSocketDisconnect), local(folder, host="evil.example").stream():
        pass
    assert written(folder) == [("not signed in", "refusal", "connecting", 1)]


def test_an_api_without_a_token_that_counts(folder, clock):
    tokens.add(folder, "board", "viewer", None)
    client = local(folder)
    assert client.get("/api/gates").status_code == 401
    assert client.get("/api/gates", headers={"authorization": "Bearer wrong"}).status_code == 401
    refusals.flush()
    assert written(folder) == [("not signed in", "refusal", "reading /api", 1)] * 2
    assert {e.body["why"] for e in Journal(folder).entries()} == {
        "it needs a token",
        "the token is not known, has ended or was revoked",
    }


def test_behind_a_proxy_nobody_named_and_nobody_with_a_role_are_told_apart(tmp_path, clock):
    folder = settings(tmp_path / "data", PROXY)
    client = proxied(folder)
    assert client.get("/gates").status_code == 401
    for headers in ({}, {"x-forwarded-email": "zoe@example.com"}):
        with pytest.raises(WebSocketDisconnect), client.stream(**headers):
            pass
    refusals.flush()
    assert written(folder) == [
        ("not signed in", "refusal", "asking without a sign-in", 1),
        ("zoe@example.com", "refusal", "read", 1),
        ("not signed in", "refusal", "asking without a sign-in", 1),
    ]


def test_what_is_pressed_after_the_sign_in_ended_is_by_whom_it_was(tmp_path, clock):
    folder = settings(tmp_path / "data", PROXY.replace("[access.roles]", "session_hours = 2\n[access.roles]"))
    now = [1000.0]
    client = gated(
        folder, lambda policy: ProxyDoor(policy, lambda: now[0]), peer="10.0.0.7", host="review.example.com"
    )
    with client.stream(**STAFF) as stream:
        stream.receive_json()
        now[0] += 2 * 3600
        stream.send_text("a press")
        assert stream.receive_json()["who"] is None
    assert written(folder) == [("zoe@example.com", "refusal", "using an open page", 1)]


def test_an_upload_over_a_limit_is_by_whom_it_was(tmp_path, clock):
    folder = settings(tmp_path / "data", "[access.uploads]\nperson_files = 1\n")
    client = gated(folder, lambda _policy: LocalDoor(), largest_upload=1000)
    assert put(client, 1, b"x" * 2000).status_code == 413
    assert put(client, 2, b"x").status_code == 200
    assert put(client, 3, b"x").status_code == 413
    refusals.flush()
    assert written(folder) == [("this machine", "refusal", "adding exports", 1)] * 2
    assert "1 uploads of yours are waiting" in Journal(folder).entries()[-1].body["why"]


def test_a_sign_in_that_was_not_begun_here(tmp_path, clock):
    with openid() as provider:
        folder = settings(tmp_path / "data", OIDC.format(issuer=provider.issuer, client=CLIENT))
        (folder / "access.toml").write_text(f'[oidc]\nclient_secret = "{SECRET}"\n')
        client = gated(folder, OidcDoor)
        assert client.get("/session/callback?state=x&code=y", headers=BROWSER).status_code == 400
        assert client.get("/session/sign-out", headers={"sec-fetch-site": "cross-site"}).status_code == 403
    assert written(folder)[0] == ("not signed in", "refusal", "sign in", 1)
    assert written(folder)[1][2] == "a request from a page of another site"


def test_the_audit_has_what_was_done_and_what_was_refused(folder, clock, capsys):
    Journal(folder).append("waiver", "CHG-1", {"reason": "Behind a flag"}, "bob@example.com")
    local(folder, host="evil.example").get("/")
    assert main(["journal", "csv", "--data", str(folder)]) == 0
    rows = list(csv.DictReader(io.StringIO(capsys.readouterr().out)))
    assert [(row["who"], row["kind"], row["subject"]) for row in rows] == [
        ("bob@example.com", "waiver", "CHG-1"),
        ("not signed in", "refusal", "connecting"),
    ]


def test_a_refusal_says_when_and_why(folder, clock):
    before = datetime.now(UTC)
    local(folder, host="evil.example").get("/")
    (entry,) = Journal(folder).entries()
    assert before <= entry.at <= datetime.now(UTC)
    assert "open it as localhost" in entry.body["why"]
