"""Signing in at a certified OpenID provider with answers that were meant for somebody else, or changed on their way."""

import base64
import json
import re
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx2
import pytest

from reliability.access import refusals
from reliability.journal import Journal
from reliability.serve.oidc import OidcDoor
from tests.browser.oidc_provider import SECRET, providing
from tests.gated import Client, gate, settings

pytestmark = pytest.mark.slow

SETTINGS = """
[access]
mode = "oidc"
hosts = ["localhost", "127.0.0.1"]
[access.oidc]
issuer = "{issuer}"
client_id = "reliability"
scopes = ["openid", "email", "groups"]
"""
PAGE = {"accept": "text/html"}
# Sixteen kilobytes of them: four times what a browser keeps in a cookie.
GROUPS = [f"department-of-very-long-names-{number:03}" for number in range(500)]
ANN = {"email": "ann@example.com", "email_verified": True, "groups": GROUPS}


@pytest.fixture(scope="module")
def provider(tmp_path_factory):
    with providing(tmp_path_factory.mktemp("provider")) as running:
        running.write(ann=ANN)
        yield running


@pytest.fixture
def folder(provider, tmp_path, monkeypatch):
    monkeypatch.setattr(refusals, "_seen", {})
    made = settings(tmp_path / "data", SETTINGS.format(issuer=provider.issuer))
    (made / "access.toml").write_text(f'[oidc]\nclient_secret = "{SECRET}"\n')
    return made


@pytest.fixture
def browsers(folder):
    """Make browsers of one server: `browsers()`."""
    app = gate(folder, OidcDoor)

    def make(host="localhost"):
        return Client(
            app,
            base_url=f"http://{host}:8501",
            client=("127.0.0.1", 5),
            follow_redirects=False,
            headers=PAGE,
        )

    return make


def begun(browser):
    """Ask for a page; return the address at the provider to which that sends."""
    answer = browser.get("/gates")
    assert answer.status_code == 303
    return answer.headers["location"]


def signed_in(address):
    """Sign Ann in at the provider as a browser does, and return the address it sends her back to."""
    with httpx2.Client() as person:
        answer = person.get(address)
        for _ in range(12):
            if answer.is_redirect:
                address = urljoin(address, answer.headers["location"])
                if "/session/callback" in address:
                    return address
                answer = person.get(address)
                continue
            assert answer.status_code == 200, answer.text
            (action,) = re.findall(r'<form[^>]* action="([^"]+)"', answer.text)[:1]
            prompt = re.findall(r'name="prompt" value="(\w+)"', answer.text)[0]
            address = urljoin(address, action)
            answer = person.post(address, data={"prompt": prompt, "login": "ann", "password": "any"})
    raise AssertionError("the provider does not send her back")


def changed(address, **parts):
    """An address with other parameters; None takes one out."""
    split = urlsplit(address)
    given = {name: values[0] for name, values in parse_qs(split.query).items()} | parts
    return split._replace(query=urlencode({k: v for k, v in given.items() if v is not None})).geturl()


def back(browser, address):
    split = urlsplit(address)
    return browser.get(f"{split.path}?{split.query}")


def is_in(browser):
    return browser.get("/gates").status_code == 200


def refused(folder):
    return [(e.who, e.kind, e.subject) for e in Journal(folder).entries()]


def test_ann_comes_in_by_her_own_answer_once(browsers, folder):
    ann = browsers()
    answer = signed_in(begun(ann))
    assert parse_qs(urlsplit(answer).query)["iss"], "a certified provider names itself"
    sent = back(ann, answer)
    assert (sent.status_code, sent.headers["location"]) == (303, "/gates")
    assert is_in(ann) and refused(folder) == []
    assert back(browsers(), answer).status_code == 400, "an answer counts once"


def test_who_signs_out_is_signed_out_at_the_provider_too_where_it_is_asked_for(browsers, folder, provider):
    with (folder / "review.toml").open("a", encoding="utf-8") as file:
        file.write("end_session = true\n")
    ann = browsers()
    back(ann, signed_in(begun(ann)))
    assert is_in(ann)
    answer = ann.get("/session/sign-out")
    endpoint = httpx2.get(f"{provider.issuer}/.well-known/openid-configuration").json()[
        "end_session_endpoint"
    ]
    address, _, query = answer.headers["location"].partition("?")
    given = parse_qs(query)
    assert (answer.status_code, address) == (303, endpoint)
    assert given["post_logout_redirect_uri"] == ["http://localhost:8501/session/signed-out"]
    claims = given["id_token_hint"][0].split(".")[1]
    said = json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4)))
    assert (said["iss"], said["aud"]) == (provider.issuer, "reliability")
    assert not is_in(ann)


def test_each_host_name_has_a_sign_in_of_its_own_and_no_other_name_has_one(browsers):
    for host in ("localhost", "127.0.0.1"):
        ann = browsers(host)
        answer = signed_in(begun(ann))
        assert answer.startswith(f"http://{host}:8501/session/callback")
        assert back(ann, answer).status_code == 303 and is_in(ann)
    assert browsers("review.example.com").get("/gates").status_code == 403


def test_many_groups_count_and_the_browser_keeps_none_of_them(browsers, folder):
    """Proxies and browsers cut off cookies and headers of more than 4 to 8 KB."""
    roles = f'[access.roles]\nviewer = ["group:{GROUPS[-1]}"]\n'
    with (folder / "review.toml").open("a", encoding="utf-8") as file:
        file.write(roles)
    ann = browsers()
    back(ann, signed_in(begun(ann)))
    assert is_in(ann)
    assert sum(len(cookie.value) for cookie in ann.cookies.jar) < 200


def test_the_state_of_another_browser_signs_nobody_in(browsers, folder):
    """Who sends somebody a link with an answer of their own would have them work under a stranger's name."""
    stranger, victim = browsers(), browsers()
    begun(victim)  # the victim has begun a sign-in, too
    answer = back(victim, signed_in(begun(stranger)))
    assert answer.status_code == 400 and "not begun here" in answer.text
    assert not is_in(victim)
    assert refused(folder) == [("not signed in", "refusal", "sign in")]


@pytest.mark.parametrize("state", [None, "", "made-up"])
def test_a_state_that_nobody_began_signs_nobody_in(browsers, folder, state):
    ann = browsers()
    answer = back(ann, changed(signed_in(begun(ann)), state=state))
    assert answer.status_code == 400 and not is_in(ann)
    assert refused(folder) == [("not signed in", "refusal", "sign in")]


def test_an_answer_that_names_another_issuer_signs_nobody_in(browsers, folder):
    ann = browsers()
    answer = back(ann, changed(signed_in(begun(ann)), iss="https://evil.example"))
    assert answer.status_code == 400 and "Another provider answered" in answer.text
    assert not is_in(ann)
    assert refused(folder) == [("not signed in", "refusal", "sign in")]


def test_a_token_for_another_nonce_signs_nobody_in(browsers, folder):
    """The provider signs whatever nonce it was asked with: one of another sign-in marks a token that was stolen."""
    ann = browsers()
    answer = back(ann, signed_in(changed(begun(ann), nonce="of-another-sign-in")))
    assert answer.status_code == 502 and "not valid" in answer.text
    assert not is_in(ann)
    assert refused(folder) == [("not signed in", "refusal", "sign in")]


def test_a_code_that_was_asked_for_with_another_challenge_signs_nobody_in(browsers, folder):
    ann = browsers()
    other = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM"  # that of RFC 7636, appendix B
    answer = back(ann, signed_in(changed(begun(ann), code_challenge=other)))
    assert answer.status_code == 502 and not is_in(ann)


def test_a_code_of_somebody_elses_sign_in_signs_nobody_in(browsers, folder):
    ann, eve = browsers(), browsers()
    of_ann, of_eve = signed_in(begun(ann)), signed_in(begun(eve))
    code = parse_qs(urlsplit(of_ann).query)["code"][0]
    answer = back(eve, changed(of_eve, code=code))
    assert answer.status_code == 502 and not is_in(eve)
