"""The gate in mode `local`: this machine by a name of its own, no page of another site; headers and limits."""

import pytest
from starlette.websockets import WebSocketDisconnect

from reliability.access import presence, tokens
from reliability.errors import SettingsError
from reliability.journal import Journal
from reliability.serve.local import LocalDoor
from reliability.serve.start import check_address, policy_or_exit
from reliability.settings.access import Access
from tests.gated import gated, settings

PATHS = ("/", "/gates", "/api/gates", "/_stcore/health", "/media/x.csv", "/static/index.js", "/healthz")


@pytest.fixture
def local(tmp_path):
    """Make clients: `local(peer="192.0.2.1", host="evil.example")`."""
    return lambda **where: gated(settings(tmp_path / "data"), lambda _policy: LocalDoor(), **where)


@pytest.mark.parametrize("host", ["localhost:8501", "127.0.0.1:8501", "127.0.0.5", "[::1]:8501", "LOCALHOST"])
@pytest.mark.parametrize("peer", ["127.0.0.1", "::1", "::ffff:127.0.0.1"])
def test_this_machine_comes_in(local, host, peer):
    client = local(host=host, peer=peer)
    for path in PATHS:
        assert client.get(path).status_code == 200, path
    with client.stream() as stream:
        assert stream.receive_json()["who"] == ""


@pytest.mark.parametrize(
    ("where", "headers"),
    [
        ({"peer": "192.0.2.1"}, {}),
        ({"peer": "::ffff:192.0.2.1"}, {}),
        ({"peer": "testclient"}, {}),
        ({"host": "evil.example"}, {}),
        ({"host": "localhost.evil.example"}, {}),
        ({"host": "127.0.0.1.nip.io:8501"}, {}),
        ({"host": "0.0.0.0:8501"}, {}),
        ({}, {"host": "user@localhost"}),
        ({}, {"host": ""}),
        ({}, {"host": "localhost:port"}),
        ({}, {"origin": "http://evil.example"}),
        ({}, {"origin": "null"}),
        ({}, {"origin": "http://localhost:3000"}),
        ({}, {"origin": "http://localhost:8501.evil.example"}),
        ({}, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors", "sec-fetch-dest": "script"}),
        ({}, {"sec-fetch-site": "same-site", "sec-fetch-mode": "cors", "sec-fetch-dest": "empty"}),
        ({}, {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "iframe"}),
        ({}, {"x-forwarded-for": "203.0.113.9"}),
        ({}, {"forwarded": "for=203.0.113.9"}),
    ],
)
def test_nobody_else_does(local, where, headers):
    client = local(**where)
    for path in PATHS:
        answer = client.get(path, headers=headers)
        assert answer.status_code == 403, path
        assert list(answer.json()) == ["error"]
    with (
        pytest.raises(WebSocketDisconnect) as closed,
        client.stream(**headers),
    ):
        pass
    assert closed.value.code == 1008


def test_two_hosts_are_refused(local):
    answer = local().get("/", headers=[("host", "localhost:8501"), ("host", "evil.example")])
    assert answer.status_code == 403


def test_a_link_from_another_site_may_be_followed(local):
    headers = {"sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate", "sec-fetch-dest": "document"}
    assert local().get("/gates", headers=headers).status_code == 200


def test_a_person_gets_a_page_and_a_program_one_line(local):
    client = local(host="evil.example")
    page = client.get("/", headers={"accept": "text/html,*/*"})
    assert page.headers["content-type"].startswith("text/html")
    assert "open it as localhost" in page.text
    assert "open it as localhost" in client.get("/").json()["error"]


@pytest.mark.parametrize(
    "path", ["/auth/login", "/oauth2callback", "/_stcore/agent/interact", "/_stcore/metrics"]
)
def test_what_streamlit_offers_and_nobody_needs_is_closed(local, path):
    assert local().get(path).status_code == 404


def test_below_a_path_the_same_holds(tmp_path):
    client = gated(settings(tmp_path / "data"), lambda _policy: LocalDoor(), base="/review")
    assert client.get("/review/auth/login").status_code == 404
    assert client.get("/review/gates").status_code == 200
    assert client.get("/reviewing/auth/login").status_code == 200  # not below that path


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_has_the_headers(local, path):
    for client in (local(), local(host="evil.example")):
        headers = client.get(path).headers
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "same-origin"
        assert "access-control-allow-origin" not in headers


@pytest.mark.parametrize(
    ("path", "kept"), [("/api/gates", False), ("/media/x.csv", False), ("/static/a.js", True)]
)
def test_what_carries_figures_is_kept_by_no_cache(local, path, kept):
    assert (local().get(path).headers.get("cache-control") != "no-store") is kept


def test_a_visitor_cannot_name_another_connection(local):
    name = presence.enter(lambda: pytest.fail("asked for"))
    client = local()
    assert presence.HEADER not in client.get("/", headers={presence.HEADER: name}).json()["headers"]
    with client.stream(**{presence.HEADER: name}) as stream:
        assert stream.receive_json()["headers"][presence.HEADER] != name
    presence.leave(name)


def test_what_a_client_says_of_itself_goes_no_further(local):
    said = {"x-forwarded-email": "root@example.com", "accept-language": "de"}
    seen = local().get("/gates", headers=said).json()["headers"]
    assert seen["accept-language"] == "de" and "x-forwarded-email" not in seen
    with local().stream(**said) as stream:
        assert "x-forwarded-email" not in stream.receive_json()["headers"]


def test_a_closed_connection_belongs_to_nobody(local):
    with local().stream() as stream:
        name = stream.receive_json()["headers"][presence.HEADER]
        assert presence.behind(name) is not None
    assert presence.behind(name) is None
    assert presence.behind(None) is None


def test_streamlit_has_no_origin_to_look_up(local):
    seen = local().get("/", headers={"origin": "http://localhost:8501"}).json()
    assert "origin" not in seen["headers"]


def test_large_bodies_are_refused(local):
    client = local()
    assert client.post("/", content=b"x" * 64 * 1024).json()["body"] == 64 * 1024
    assert client.post("/", content=b"x" * (64 * 1024 + 1)).status_code == 413
    chunks = (b"x" * 1024 for _ in range(65))  # says nothing of its length
    assert client.post("/", content=chunks).status_code == 413
    assert client.post("/", headers={"content-length": "-1"}).status_code == 400


def test_with_a_token_made_the_api_asks_for_one(tmp_path):
    folder = settings(tmp_path / "data")
    client = gated(folder, lambda _policy: LocalDoor())
    assert client.get("/api/gates").status_code == 200
    secret = tokens.add(folder, "pipeline", "viewer")
    for headers in (
        {},
        {"authorization": "Bearer wrong"},
        {"authorization": secret},
        {"authorization": f"Basic {secret}"},
    ):
        answer = client.get("/api/gates", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["www-authenticate"] == "Bearer"
        assert secret not in answer.text
    assert client.get("/api/gates", headers={"authorization": f"Bearer {secret}"}).status_code == 200
    assert client.get("/healthz").status_code == 200
    tokens.revoke(folder, "pipeline")
    tokens.add(folder, "other", "viewer")
    assert client.get("/api/gates", headers={"authorization": f"Bearer {secret}"}).status_code == 401


def test_without_a_sign_in_the_api_stays_closed_after_the_last_token(tmp_path):
    folder = settings(tmp_path / "data")
    client = gated(folder, lambda _policy: LocalDoor())
    tokens.add(folder, "pipeline", "viewer")
    tokens.revoke(folder, "pipeline")
    assert client.get("/api/gates").status_code == 401
    text = (folder / "access.toml").read_text()
    (folder / "access.toml").write_text(text.replace("api_needs_token = true", ""))
    assert client.get("/api/gates").status_code == 200


@pytest.mark.parametrize(
    ("role", "status"), [("viewer", 403), ("contributor", 403), ("approver", 403), ("administrator", 200)]
)
def test_a_token_may_what_its_role_may(tmp_path, role, status):
    folder = settings(tmp_path / "data")
    client = gated(folder, lambda _policy: LocalDoor())
    bearer = {"authorization": f"Bearer {tokens.add(folder, 'pipeline', role)}"}
    assert client.get("/api/gates", headers=bearer).status_code == 200
    for method in ("POST", "PUT", "DELETE"):
        assert client.request(method, "/api/gates", headers=bearer).status_code == status
    written = [(e.who, e.kind, e.subject) for e in Journal(folder).entries()]
    assert written == [("token pipeline", "refusal", "changing something over /api")] * (status == 403)


def test_a_token_file_that_became_wrong_lets_in_nobody(tmp_path):
    folder = settings(tmp_path / "data")
    client = gated(folder, lambda _policy: LocalDoor())
    secret = tokens.add(folder, "pipeline", "viewer")
    headers = {"authorization": f"Bearer {secret}"}
    assert client.get("/api/gates", headers=headers).status_code == 200
    (folder / "access.toml").write_text("[[tokens]\n")
    assert client.get("/api/gates", headers=headers).status_code == 401
    assert client.get("/api/gates").status_code == 401


@pytest.mark.parametrize("address", ["0.0.0.0", "::", "192.0.2.1", "review.example.com", "", None])
def test_another_address_needs_a_sign_in(address):
    with pytest.raises(SettingsError, match="nobody signs in"):
        check_address(Access(), address)
    check_address(Access(mode="oidc"), address)


@pytest.mark.parametrize("address", ["localhost", "127.0.0.1", "::1"])
def test_this_machine_alone_needs_none(address):
    check_address(Access(), address)


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ('[access]\nmode = "open"\n', "[access] mode"),
        ("[access\n", "review.toml, line 1"),
        ("", "nobody signs in"),
    ],
)
def test_a_start_that_would_be_unsafe_ends_with_one_line(tmp_path, capsys, text, part):
    with pytest.raises(SystemExit) as ended:
        policy_or_exit(settings(tmp_path / "data", text), "0.0.0.0")
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert part in said
    assert said.count("\n") == 1


def test_the_token_of_earlier_versions_is_not_taken_for_a_closed_door(tmp_path, capsys, monkeypatch):
    monkeypatch.setenv("RELIABILITY_API_TOKEN", "secret")
    with pytest.raises(SystemExit):
        policy_or_exit(settings(tmp_path / "data"), "localhost")
    assert "access add" in capsys.readouterr().err


def test_a_slip_of_the_pen_while_running_opens_nothing(tmp_path):
    from reliability.access.policy import Policy

    folder = settings(tmp_path / "data", "[access]\nidle_minutes = 5\n")
    policy = Policy(folder)
    settings(folder, "[access]\nidle_minutes = 50\n")
    assert policy.access.idle_minutes == 50
    settings(folder, "[access]\nidle_minuts = 7\n")
    assert policy.access.idle_minutes == 50
    settings(folder, "[access]\nmode = 'proxy'\nhosts = ['a.example']\ntrusted_proxies = ['127.0.0.1']\n")
    assert policy.access.mode == policy.mode == "local"
