"""Roles: what each may do, who has a right, and what the proxy's word is worth."""

import pytest
from starlette.websockets import WebSocketDisconnect

from reliability.access import presence
from reliability.access.identity import (
    ADMINISTER,
    APPROVE,
    CONTRIBUTE,
    LOCAL_IDENTITY,
    READ,
    RIGHTS,
    Identity,
    rights_of,
    roles_of,
    who_has,
)
from reliability.journal import Journal
from reliability.serve.proxy import ProxyDoor
from reliability.settings.access import Access
from tests.gated import gated, settings

ROLES = {
    "viewer": ("group:staff",),
    "contributor": ("Ann@Example.com",),
    "approver": ("group:SRE",),
    "administrator": ("root@example.com",),
}
PROXY = """
[access]
mode = "proxy"
hosts = ["review.example.com"]
trusted_proxies = ["10.0.0.0/24"]
groups_header = "X-Forwarded-Groups"
[access.roles]
viewer = ["group:staff"]
administrator = ["root@example.com"]
"""


@pytest.mark.parametrize(
    ("name", "groups", "roles", "rights"),
    [
        ("zoe@example.com", (), (), set()),
        ("zoe@example.com", ("staff",), ("viewer",), {READ}),
        ("ann@example.com", (), ("contributor",), {READ, CONTRIBUTE}),
        ("bob@example.com", ("sre", "staff"), ("viewer", "approver"), {READ, CONTRIBUTE, APPROVE}),
        ("root@example.com", (), ("administrator",), {READ, CONTRIBUTE, ADMINISTER}),
        ("root@example.com", ("sre",), ("approver", "administrator"), set(RIGHTS)),
        ("ANN@example.com", (), ("contributor",), {READ, CONTRIBUTE}),
        # Names that providers keep apart: the Kelvin sign and k, long s and s, ß and ss.
        ("zoe@example.com", ("\u017fre",), (), set()),
        ("root@example.com", ("\u017ftaff",), ("administrator",), {READ, CONTRIBUTE, ADMINISTER}),
        ("group:sre", (), (), set()),  # a person cannot call themselves a group
    ],
)
def test_what_each_may_do(name, groups, roles, rights):
    who, access = Identity(name, groups), Access(mode="oidc", roles=ROLES)
    assert roles_of(who, access) == roles
    assert rights_of(who, access) == rights


@pytest.mark.parametrize(
    ("listed", "name", "has_it"),
    [
        ("Jörg@example.com", "JÖRG@example.com", True),
        ("kim@example.com", "\u212aim@example.com", False),
        ("strasse@example.com", "straße@example.com", False),
        ("ines@example.com", "ıNES@example.com", False),
    ],
)
def test_names_that_a_provider_keeps_apart_are_two_people(listed, name, has_it):
    access = Access(mode="oidc", roles={"viewer": (), "administrator": (listed,)})
    assert (ADMINISTER in rights_of(Identity(name), access)) == has_it


def test_without_roles_everybody_who_signs_in_reads():
    assert rights_of(Identity("zoe@example.com"), Access(mode="oidc")) == {READ}
    assert rights_of(Identity("zoe@example.com"), Access(mode="oidc", roles={"approver": ("x",)})) == {READ}


def test_at_this_machine_everything_is_allowed():
    assert rights_of(LOCAL_IDENTITY, Access(roles=ROLES)) == set(RIGHTS)


def test_who_has_a_right_is_said():
    access = Access(mode="oidc", roles=ROLES)
    assert who_has(APPROVE, access) == "group:SRE"
    assert who_has(CONTRIBUTE, access) == "Ann@Example.com or group:SRE or root@example.com"
    assert who_has(APPROVE, Access()) == "nobody yet: name somebody in review.toml, [access.roles] approver"


@pytest.fixture
def folder(tmp_path):
    return settings(tmp_path / "data", PROXY)


def proxied(folder, peer="10.0.0.7", host="review.example.com"):
    return gated(folder, ProxyDoor, peer=peer, host=host)


STAFF = {"x-forwarded-email": "zoe@example.com", "x-forwarded-groups": "staff, other"}


def test_the_proxy_says_who_it_is(folder):
    client = proxied(folder)
    answer = client.get("/gates", headers=STAFF)
    assert answer.status_code == 200
    assert not [name for name in answer.json()["headers"] if name.startswith("x-forwarded-")]
    with client.stream(**STAFF) as stream:
        assert stream.receive_json()["who"] == "zoe@example.com"


@pytest.mark.parametrize(
    ("where", "headers", "status"),
    [
        ({"peer": "10.0.1.7"}, STAFF, 403),
        ({"peer": "127.0.0.1"}, STAFF, 403),
        ({"host": "localhost"}, STAFF, 403),
        ({"host": "evil.example"}, STAFF, 403),
        ({}, {}, 401),
        ({}, {"x-forwarded-email": " "}, 401),
        ({}, {"x-forwarded-email": "zoe@example.com, root@example.com"}, 401),
        ({}, {"X_Forwarded_Email": "root@example.com"}, 401),
        ({}, {"x-forwarded-email": "zoe@example.com"}, 403),  # no group, no role
    ],
)
def test_nobody_else_does(folder, where, headers, status):
    client = proxied(folder, **where)
    assert client.get("/gates", headers=headers).status_code == status
    with pytest.raises(WebSocketDisconnect), client.stream(**headers):
        pass


def test_a_header_of_the_clients_own_beside_the_proxys_names_nobody(folder):
    both = [("x-forwarded-email", "root@example.com"), ("x-forwarded-email", "zoe@example.com")]
    assert proxied(folder).get("/gates", headers=both).status_code == 401
    groups = [
        ("x-forwarded-email", "zoe@example.com"),
        ("x-forwarded-groups", "staff"),
        ("x-forwarded-groups", "a"),
    ]
    assert proxied(folder).get("/gates", headers=groups).status_code == 401


def test_groups_count_only_where_the_settings_name_the_header_that_the_proxy_sets(folder):
    def groups_behind():
        with proxied(folder).stream(**STAFF) as stream:
            return presence.behind(stream.receive_json()["headers"][presence.HEADER]).groups

    assert groups_behind() == ("staff", "other")
    settings(folder, PROXY.replace('groups_header = "X-Forwarded-Groups"', "").replace("group:staff", "*"))
    assert groups_behind() == (), "what the client says of itself"


def test_data_needs_a_token_also_behind_the_proxy(folder):
    answer = proxied(folder).get("/api/gates", headers=STAFF)
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"] == "Bearer"


def test_health_is_asked_on_this_machine_alone(folder):
    assert proxied(folder, peer="127.0.0.1", host="localhost").get("/healthz").status_code == 200
    assert proxied(folder, peer="192.0.2.1", host="localhost").get("/healthz").status_code == 403
    assert proxied(folder).get("/healthz").status_code == 401


def test_who_has_no_role_reads_who_has_and_the_journal_keeps_it_once(folder):
    client = proxied(folder)
    zoe = {"x-forwarded-email": "zoë@example.com".encode()}
    for _ in range(3):
        answer = client.get("/gates", headers=zoe)
        assert answer.status_code == 403
    assert "zoë@example.com has no role here" in answer.json()["error"]
    assert "group:staff" in answer.json()["error"]
    written = [(e.who, e.kind, e.subject) for e in Journal(folder).entries()]
    assert written == [("zoë@example.com", "refusal", "read")]


def test_uploads_are_for_administrators(folder):
    client = proxied(folder)
    body = b'--x\r\nContent-Disposition: form-data; name="f"; filename="a.csv"\r\n\r\nid\r\n--x--\r\n'
    more = {"content-type": "multipart/form-data; boundary=x"}
    address = "/_stcore/upload_file/session/1"
    refused = client.put(address, content=body, headers={**STAFF, **more})
    assert refused.status_code == 403
    # The very words of the page on which exports are added.
    needed = "Adding exports needs the role administrator. Those who have it: root@example.com."
    assert refused.json()["error"] == f"Not allowed: {needed}"
    assert not (folder / ".uploads").exists()
    root = {"x-forwarded-email": "root@example.com"}
    assert client.put(address, content=body, headers={**root, **more}).status_code == 200
    assert ("zoe@example.com", "refusal", "adding exports") in [
        (e.who, e.kind, e.subject) for e in Journal(folder).entries()
    ]


def test_a_role_taken_away_counts_with_the_next_request(folder):
    client = proxied(folder)
    assert client.get("/gates", headers=STAFF).status_code == 200
    settings(folder, PROXY.replace("group:staff", "group:board"))
    assert client.get("/gates", headers=STAFF).status_code == 403


def test_a_page_left_open_runs_once_more_as_nobody_when_the_role_is_taken_away(folder):
    with proxied(folder).stream(**STAFF) as stream:
        assert stream.receive_json()["who"] == "zoe@example.com"
        stream.send_text("one press")
        assert stream.receive_json() == {"who": "zoe@example.com", "said": "one press"}
        settings(folder, PROXY.replace("group:staff", "group:board"))
        stream.send_text("another press")
        last = stream.receive_json()
        assert last["who"] is None
        assert "press" not in last["said"], "what was pressed reaches nobody"


def test_a_page_left_open_behind_the_proxy_lasts_as_long_as_a_session(folder):
    settings(folder, PROXY.replace("[access.roles]", "session_hours = 2\n[access.roles]"))
    now = [1000.0]
    client = gated(
        folder,
        lambda policy: ProxyDoor(policy, lambda: now[0]),
        peer="10.0.0.7",
        host="review.example.com",
    )
    with client.stream(**STAFF) as stream:
        assert stream.receive_json()["who"] == "zoe@example.com"
        now[0] += 2 * 3600 - 1
        stream.send_text("one press")
        assert stream.receive_json() == {"who": "zoe@example.com", "said": "one press"}
        now[0] += 1
        stream.send_text("another press")
        last = stream.receive_json()
        assert last["who"] is None
        assert "press" not in last["said"], "what was pressed reaches nobody"
    with client.stream(**STAFF) as stream:
        assert stream.receive_json()["who"] == "zoe@example.com", "the proxy names them anew"
