"""The reverse proxy as docs/deploy documents it: nginx with TLS and passwords, the app below a path, a real browser."""

import base64
import os
import socket
import ssl
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx2
import pytest
from playwright.sync_api import expect
from websockets.exceptions import InvalidStatus
from websockets.sync.client import connect

from tests import debian
from tests.browser.server import Server, free_port, serving, status
from tests.conftest import ROOT
from tests.sample import sample_copy

HOST = "review.example.com"
PASSWORD = "in-the-test-only"
ACCESS = f"""
[access]
mode = "proxy"
hosts = ["{HOST}"]
trusted_proxies = ["127.0.0.1"]
[access.roles]
viewer = ["zoe"]
administrator = ["ann"]
"""
HTTP = """
{user}
daemon off;
pid {folder}/pid;
error_log {folder}/error.log;
events {{}}
http {{
    access_log off;
    client_body_temp_path {folder}/body; proxy_temp_path {folder}/proxied;
    fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;
    include {folder}/reliability.conf;
}}
"""


@dataclass(frozen=True)
class Proxied:
    port: int
    app: Server
    trusted: ssl.SSLContext

    @property
    def url(self) -> str:
        return f"https://{HOST}:{self.port}"

    def get(self, path: str, person: str = "zoe", **headers: str) -> httpx2.Response:
        named = {"host": f"{HOST}:{self.port}", **headers}
        extensions = {"sni_hostname": HOST}
        with httpx2.Client(verify=self.trusted, auth=(person, PASSWORD) if person else None) as client:
            return client.get(f"https://127.0.0.1:{self.port}{path}", headers=named, extensions=extensions)


@pytest.fixture(scope="module")
def proxied(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Proxied]:
    nginx = debian.needed("nginx", "nginx-light")
    folder = tmp_path_factory.mktemp("nginx")
    data_dir = sample_copy(sample_dir, folder / "data")
    settings = data_dir / "review.toml"
    settings.write_text(settings.read_text(encoding="utf-8") + ACCESS, encoding="utf-8")
    subject = ["-subj", f"/CN={HOST}", "-addext", f"subjectAltName=DNS:{HOST}"]
    made = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject]
    subprocess.run(
        [*made, "-keyout", str(folder / "key"), "-out", str(folder / "pem")], check=True, capture_output=True
    )
    hashed = subprocess.run(
        ["openssl", "passwd", "-apr1", PASSWORD], check=True, capture_output=True, text=True
    ).stdout.strip()
    (folder / "users").write_text(f"zoe:{hashed}\nann:{hashed}\nstranger:{hashed}\n")
    port = free_port()
    base = {"STREAMLIT_SERVER_BASE_URL_PATH": "review"}
    with serving(data_dir, folder / "log", ready="/review/healthz", **base) as app:
        text = (ROOT / "docs" / "deploy" / "nginx.conf").read_text(encoding="utf-8")
        for documented, here in {
            "listen 443 ssl;": f"listen 127.0.0.1:{port} ssl;",
            "/etc/ssl/review.example.com.pem": str(folder / "pem"),
            "/etc/ssl/review.example.com.key": str(folder / "key"),
            "/etc/nginx/reliability.users": str(folder / "users"),
            "server 127.0.0.1:8501;": f"server {app.url.removeprefix('http://')};",
        }.items():
            assert text.count(documented) == 1, documented
            text = text.replace(documented, here)
        (folder / "reliability.conf").write_text(text, encoding="utf-8")
        # Its workers read the folders of tests, which are their owner's alone.
        user = "user root;" if os.geteuid() == 0 else ""
        (folder / "nginx.conf").write_text(HTTP.format(folder=folder, user=user), encoding="utf-8")
        process = subprocess.Popen([nginx, "-p", str(folder), "-c", str(folder / "nginx.conf")])
        trusted = ssl.create_default_context(cafile=str(folder / "pem"))
        try:
            running = Proxied(port, app, trusted)
            until = time.monotonic() + 20
            while not _answers(running):
                assert process.poll() is None and time.monotonic() < until, "nginx does not answer"
                time.sleep(0.1)
            yield running
        finally:
            process.terminate()
            process.wait(10)


def _answers(running: Proxied) -> bool:
    try:
        return running.get("/").status_code == 302
    except httpx2.TransportError:
        return False


def test_a_person_sees_the_review_and_follows_a_deep_link(proxied: Proxied, browser: Any) -> None:
    from tests.browser import chromium

    playwright = browser.browser_type
    mapped = f"--host-resolver-rules=MAP {HOST} 127.0.0.1"
    with playwright.launch(executable_path=chromium.find(), args=[mapped]) as mine:
        context = mine.new_context(
            ignore_https_errors=True, http_credentials={"username": "zoe", "password": PASSWORD}
        )
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.goto(f"{proxied.url}/review/gates")
        main = page.locator("[data-testid=stMain]")
        expect(main).to_contain_text("planned changes may ship", timeout=40_000)
        page.get_by_role("link", name="Commitments").first.click()
        page.wait_for_url(f"{proxied.url}/review/commitments**")
        expect(main).to_contain_text("99.95", timeout=40_000)
        assert errors == []


def test_no_password_reaches_nothing_and_a_stranger_has_no_role(proxied: Proxied) -> None:
    for path in ("/review/", "/review/_stcore/health", "/review/media/x"):
        assert proxied.get(path, person="").status_code == 401
    refused = proxied.get("/review/gates", person="stranger", accept="text/html")
    assert refused.status_code == 403
    assert "stranger has no role here" in refused.text


def test_a_client_cannot_say_who_it_is(proxied: Proxied) -> None:
    spoofed = {"x-forwarded-email": "ann", "x-forwarded-groups": "administrators"}
    assert proxied.get("/review/gates", person="stranger", **spoofed).status_code == 403
    assert proxied.get("/review/api/gates", person="", **spoofed).status_code == 401


def test_the_stream_of_a_page_passes_with_a_password_only(proxied: Proxied) -> None:
    def opened(person: str) -> int:
        basic = base64.b64encode(f"{person}:{PASSWORD}".encode()).decode()
        headers = {"Authorization": f"Basic {basic}"} if person else {}
        with socket.create_connection(("127.0.0.1", proxied.port), 20) as connection:
            try:
                with connect(
                    f"wss://{HOST}:{proxied.port}/review/_stcore/stream",
                    sock=connection,
                    ssl=proxied.trusted,
                    additional_headers=headers,
                    proxy=None,
                ) as stream:
                    return stream.response.status_code
            except InvalidStatus as refused:
                return refused.response.status_code

    assert (opened("zoe"), opened("stranger"), opened("")) == (101, 403, 401)


def test_programs_come_with_a_token_and_requests_keep_the_id_of_nginx(proxied: Proxied) -> None:
    command = ["access", "add", "pipeline", "--role", "viewer", "--data", str(proxied.app.data_dir), "--json"]
    from reliability.cli.main import main

    assert main(command) == 0
    assert proxied.get("/review/api/gates", person="").status_code == 401
    assert proxied.get("/review/metrics", person="").status_code == 401
    answer = proxied.get("/review/healthz")
    assert len(answer.headers["x-request-id"]) == 32
    assert status(f"{proxied.app.url}/review/healthz") == 200
