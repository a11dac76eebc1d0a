"""Who the provider names: which claims count, whom the settings keep out, groups as lists or as one."""

import pytest

from reliability.access.policy import Policy
from reliability.serve.provider import Provider, SignInError
from tests.gated import settings

TEXT = """
[access]
mode = "oidc"
hosts = ["review.example.com"]
[access.oidc]
issuer = "https://login.example.com"
client_id = "reliability"
groups_claim = "roles"
domains = ["example.com"]
"""


@pytest.fixture
def provider(tmp_path):
    return Provider(Policy(settings(tmp_path / "data", TEXT)))


@pytest.mark.parametrize(
    ("claims", "groups"),
    [
        ({"email": "Ann@Example.com", "roles": ["a", "b"]}, ("a", "b")),
        ({"email": "ann@example.com", "roles": "a"}, ("a",)),
        ({"email": "ann@example.com", "roles": {"a": 1}}, ()),
        ({"email": "ann@example.com", "groups": ["a"]}, ()),
        ({"email": "ann@example.com", "email_verified": True}, ()),
        ({"email": "ann@example.com", "email_verified": "true"}, ()),
        ({"email": "ann@example.com", "email_verified": None}, ()),
        (
            {"email": "ann@example.com", "roles": [str(n) for n in range(3000)]},
            tuple(str(n) for n in range(2000)),
        ),
    ],
)
def test_somebody_is_who_the_claims_say(provider, claims, groups):
    found = provider._identity(claims)
    assert found.name == claims["email"]
    assert found.groups == groups
    assert not found.is_local


@pytest.mark.parametrize(
    ("claims", "part"),
    [
        ({}, "names nobody in the claim 'email'"),
        ({"email": " "}, "names nobody"),
        ({"email": "ann\n@example.com"}, "names nobody"),
        ({"email": "ann@example.com", "email_verified": False}, "is not verified"),
        ({"email": "ann@example.com", "email_verified": "false"}, "is not verified"),
        ({"email": "ann@example.com", "email_verified": 0}, "is not verified"),
        ({"email": "ann@evil.example"}, "ann@evil.example is not of example.com"),
        ({"email": "ann@sub.example.com"}, "is not of example.com"),
        ({"email": "ann@example.com@evil.example"}, "is not of example.com"),
        ({"email": "ann@ex\u00e4mple.com"}, "is not of example.com"),
        ({"email": "ann"}, "is not of example.com"),
    ],
)
def test_who_may_not_come_in_is_told_why(provider, claims, part):
    with pytest.raises(SignInError, match=part):
        provider._identity(claims)
