"""[access] of review.toml: modes, hosts, roles; what a mode lacks or a slip of the pen is named with its key."""

import pytest

from reliability.errors import SettingsError
from reliability.settings import parse_settings
from reliability.settings.access import Access, load_access

OIDC = {
    "mode": "oidc",
    "hosts": ["Review.Example.com"],
    "oidc": {"issuer": "https://login.example.com", "client_id": "reliability", "domains": ["@Example.com"]},
    "roles": {"viewer": ["*"], "approver": ["group:sre", "ann@example.com"]},
    "idle_minutes": 20,
    "uploads": {"person_mb": 5, "keep_minutes": 3},
}

PROXY = {"mode": "proxy", "hosts": ["a.example"], "trusted_proxies": ["10.0.0.1"]}


def access(**keys: object) -> tuple[Access, list[str]]:
    settings, problems = parse_settings({"access": keys})
    return settings.access, [str(problem) for problem in problems]


def test_without_settings_only_this_machine_may_come():
    found, problems = access()
    assert not problems
    assert found.mode == "local"
    assert not found.signs_in


def test_everything_is_read():
    found, problems = access(**OIDC)
    assert not problems
    assert (found.mode, found.hosts, found.idle_minutes) == ("oidc", ("review.example.com",), 20)
    assert (found.oidc.issuer, found.oidc.domains) == ("https://login.example.com", ("example.com",))
    assert found.roles == {"viewer": ("*",), "approver": ("group:sre", "ann@example.com")}
    assert (found.uploads.person_bytes, found.uploads.keep_minutes) == (5 * 1024 * 1024, 3)


@pytest.mark.parametrize(
    ("keys", "part"),
    [
        ({"mode": "open"}, '[access] mode: found "open" (text). Allowed: "local" or "proxy" or "oidc"'),
        ({"modus": "local"}, "[access] modus: there is no such setting. Did you mean 'mode'?"),
        ({"mode": "proxy", "hosts": ["a.example"]}, "trusted_proxies: is missing"),
        ({"mode": "proxy", "trusted_proxies": ["10.0.0.1"]}, "hosts: is missing"),
        ({"trusted_proxies": ["nginx"]}, "'nginx' is no address"),
        ({"trusted_proxies": ["10.0.0.0/33"]}, "'10.0.0.0/33' is no address"),
        ({"hosts": ["https://a.example"]}, "'https://a.example' is no host name"),
        ({"hosts": ["a.example:8443"]}, "'a.example:8443' is no host name"),
        ({"hosts": ["*"]}, "'*' is no host name"),
        ({"user_header": "X Forwarded"}, "user_header: cannot be the name of a header"),
        ({"user_header": ""}, "user_header: cannot be the name of a header"),
        ({**PROXY, "roles": {"approver": ["group:sre"]}}, "groups_header: is missing, and roles name groups"),
        ({**OIDC, "oidc": {"issuer": "https://a.example"}}, "oidc.client_id: is missing"),
        ({**OIDC, "oidc": {"issuer": "http://a.example", "client_id": "x"}}, "It must begin with https://"),
        ({"oidc": {"scopes": ["email"]}}, "'openid' is missing"),
        ({"oidc": {"client_secret": "x"}}, "oidc.client_secret: there is no such setting"),
        ({"roles": {"aprover": ["x"]}}, "roles.aprover: there is no such setting. Did you mean 'approver'?"),
        ({"idle_minutes": 0}, "a whole number from 1 to 1440"),
    ],
)  # fmt: skip
def test_what_is_not_allowed_is_named(keys, part):
    assert any(part in problem for problem in access(**keys)[1]), access(**keys)[1]


def test_a_mistake_elsewhere_keeps_nobody_out_and_one_in_access_is_an_error(tmp_path):
    (tmp_path / "review.toml").write_text('[organisation]\nnaem = "x"\n[access]\nidle_minutes = 7\n')
    assert load_access(tmp_path).idle_minutes == 7
    (tmp_path / "review.toml").write_text('[access]\nmode = "oidx"\n')
    with pytest.raises(SettingsError, match="mode"):
        load_access(tmp_path)
    (tmp_path / "review.toml").write_text('[accesss]\nmode = "proxy"\n')
    with pytest.raises(SettingsError, match="accesss.* Did you mean 'access'"):
        load_access(tmp_path)
    (tmp_path / "review.toml").write_text("access = 3\n")
    with pytest.raises(SettingsError, match="access"):
        load_access(tmp_path)


@pytest.mark.parametrize(
    ("address", "trusted"),
    [
        ("10.0.0.1", True),
        ("10.0.0.255", True),
        ("10.0.1.0", False),
        ("::ffff:10.0.0.7", True),
        ("fd00::1", True),
        ("fd01::1", False),
        ("", False),
        ("testclient", False),
    ],
)
def test_only_listed_addresses_are_the_proxys(address, trusted):
    found, problems = access(trusted_proxies=["10.0.0.0/24", "fd00::/16"])
    assert not problems
    assert found.trusts(address) is trusted
