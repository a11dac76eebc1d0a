"""Mode `proxy` as the network meets it: the sender is who opened the connection, not whom a header names."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx2
import pytest
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests.browser.server import Server, serving
from tests.sample import sample_copy

pytestmark = pytest.mark.slow

SETTINGS = """
[access]
mode = "proxy"
hosts = ["review.example.com"]
trusted_proxies = ["{proxy}"]
groups_header = "X-Forwarded-Groups"
[access.roles]
viewer = ["group:staff"]
"""
ZOE = {
    "host": "review.example.com",
    "x-forwarded-email": "zoe@example.com",
    "x-forwarded-groups": "staff",
    "x-forwarded-proto": "https",
}


@pytest.fixture(scope="module")
def server(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The server behind a proxy on this machine, told by its environment to believe everybody's X-Forwarded-For."""
    folder = tmp_path_factory.mktemp("proxy")
    data_dir = sample_copy(sample_dir, folder / "data")
    believe(data_dir, "127.0.0.1")
    with serving(data_dir, folder / "log", ready="/healthz", FORWARDED_ALLOW_IPS="*") as running:
        yield running


def believe(data_dir: Path, proxy: str) -> None:
    """List one proxy in the settings, from the next request on."""
    settings = data_dir / "review.toml"
    kept, _, _ = settings.read_text(encoding="utf-8").partition("\n[access]")
    settings.write_text(kept + SETTINGS.format(proxy=proxy), encoding="utf-8")


def get(server: Server, sender: str, **headers: str | bytes) -> httpx2.Response:
    """Ask for a page from an address of this machine."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    with httpx2.Client(transport=httpx2.HTTPTransport(local_address=sender)) as client:
        return client.get(
            f"{server.url}/gates",
            headers=[
                (n.encode(), v if isinstance(v, bytes) else v.encode()) for n, v in {**ZOE, **named}.items()
            ],
        )


def stream_status(server: Server, sender: str, forwarded_for: str) -> int:
    """Open the WebSocket of the pages; return the status of the answer."""
    port = httpx2.URL(server.url).port
    headers = {name: value for name, value in ZOE.items() if name != "host"}
    with socket.create_connection(("127.0.0.1", port), 20, (sender, 0)) as connection:
        try:
            with connect(
                f"ws://review.example.com:{port}/_stcore/stream",
                sock=connection,
                additional_headers={**headers, "x-forwarded-for": forwarded_for},
                proxy=None,
                open_timeout=20,
            ) as opened:
                return opened.response.status_code
        except InvalidStatus as refused:
            return refused.response.status_code


@pytest.mark.parametrize("forwarded_for", ["203.0.113.5", "203.0.113.5, 10.0.0.7", "127.0.0.1"])
def test_the_listed_proxy_comes_in_whomever_it_forwards(server, forwarded_for):
    answer = get(server, "127.0.0.1", x_forwarded_for=forwarded_for)
    assert answer.status_code == 200
    assert "strict-transport-security" in answer.headers
    assert stream_status(server, "127.0.0.1", forwarded_for) == 101
    nobody = get(server, "127.0.0.1", x_forwarded_for=forwarded_for, x_forwarded_groups="other")
    assert nobody.status_code == 403
    assert "zoe@example.com has no role here" in nobody.text


@pytest.mark.parametrize("forged", ["127.0.0.1", "127.0.0.1, 127.0.0.1", "::1"])
def test_nobody_forges_the_proxys_address(server, forged):
    answer = get(server, "127.0.0.9", x_forwarded_for=forged)
    assert answer.status_code == 403
    assert "only the reverse proxy may connect" in answer.text
    assert stream_status(server, "127.0.0.9", forged) == 403


def test_a_name_that_is_no_utf_8_names_nobody(server):
    """Read with a sign for what is not known, "jörg" and "jürg" would be one."""
    assert get(server, "127.0.0.1", x_forwarded_email="jörg@example.com".encode("latin-1")).status_code == 401
    assert get(server, "127.0.0.1", x_forwarded_email="jörg@example.com".encode()).status_code == 200


def test_this_machine_is_no_proxy_unless_it_is_listed(server):
    believe(server.data_dir, "10.0.0.7")
    try:
        assert get(server, "127.0.0.1", x_forwarded_for="10.0.0.7").status_code == 403
    finally:
        believe(server.data_dir, "127.0.0.1")
    assert get(server, "127.0.0.1", x_forwarded_for="10.0.0.7").status_code == 200
