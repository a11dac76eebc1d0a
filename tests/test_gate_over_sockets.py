"""The gate as the network meets it: the real server, raw requests over real sockets."""

import os
import re
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest
from websockets.exceptions import ConnectionClosed, InvalidStatus
from websockets.sync.client import connect

from reliability.journal import Journal
from tests.browser.server import ROOT, Server, free_port, serving
from tests.sample import sample_copy

pytestmark = pytest.mark.slow

PATHS = (
    "/",
    "/incidents",
    "/api/gates",
    "/_stcore/health",
    "/_stcore/host-config",
    "/media/x.csv",
    "/healthz",
)


class Listener:
    """A machine that should never be asked: counts the connections that come in."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self.url = f"http://127.0.0.1:{self._socket.getsockname()[1]}"
        self.asked: list[bytes] = []
        threading.Thread(target=self._listen, daemon=True).start()

    def _listen(self) -> None:
        while True:
            try:
                connection, _ = self._socket.accept()
            except OSError:
                return
            with connection:
                connection.settimeout(2)
                self.asked.append(connection.recv(200))

    def close(self) -> None:
        self._socket.close()


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Listener]:
    """Stands for every other machine: the server's proxy for all it would ask for."""
    listener = Listener()
    yield listener
    listener.close()


@pytest.fixture(scope="module")
def server(
    sample_dir: Path, tmp_path_factory: pytest.TempPathFactory, elsewhere: Listener
) -> Iterator[Server]:
    """The server as `make run` starts it."""
    folder = tmp_path_factory.mktemp("gate")
    proxies = dict.fromkeys(
        ("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY"), elsewhere.url
    )
    data = sample_copy(sample_dir, folder / "data")  # what is refused is in its journal
    with serving(data, folder / "log.txt", ready="/healthz", **proxies) as running:
        yield running


def port_of(server: Server) -> int:
    port = urlsplit(server.url).port
    assert port
    return port


def ask(server: Server, path: str, host: str | None, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Send one request as bytes; return the status and the whole answer."""
    lines = [f"{method} {path} HTTP/1.1", *([f"Host: {host}"] if host is not None else [])]
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    with socket.create_connection(("127.0.0.1", port_of(server)), timeout=20) as connection:
        connection.sendall(("\r\n".join([*lines, "Connection: close"]) + "\r\n\r\n").encode())
        answer = b""
        while part := connection.recv(65536):
            answer += part
    return int(answer.split(b" ", 2)[1]), answer.decode("utf-8", "replace")


def stream(server: Server, **headers: str) -> Any:
    """Open the WebSocket of the pages; `Host` and `Origin` as given."""
    named = {name: value for name, value in headers.items() if name != "Origin"}
    return connect(
        f"ws://127.0.0.1:{port_of(server)}/_stcore/stream",
        additional_headers=named,
        origin=headers.get("Origin"),
        proxy=None,
        open_timeout=20,
    )


@pytest.mark.parametrize("name", ["localhost", "127.0.0.1", "[::1]"])
def test_this_machine_is_served(server, name):
    for path in PATHS:
        status, answer = ask(server, path, f"{name}:{port_of(server)}")
        assert status == (404 if path == "/media/x.csv" else 200), path
        assert "x-content-type-options: nosniff" in answer.lower()


@pytest.mark.parametrize(
    "host", ["evil.example", "localhost.evil.example", "192.0.2.1:8501", "0.0.0.0", "", None]
)
def test_a_rebound_name_reaches_nothing(server, host):
    for path in PATHS:
        assert ask(server, path, host)[0] in (400, 403), path


def test_a_foreign_page_reaches_nothing_and_nobody_is_asked_for_the_public_address(server, elsewhere):
    host = f"localhost:{port_of(server)}"
    for origin in ("http://evil.example", "null", "http://localhost:1", "https://evil.example:8501"):
        for path in PATHS:
            assert ask(server, path, host, Origin=origin)[0] == 403, (origin, path)
        with pytest.raises(InvalidStatus) as refused, stream(server, Origin=origin):
            pass
        assert refused.value.response.status_code == 403
    own = f"http://{host}"
    assert ask(server, "/_stcore/health", host, Origin=own)[0] == 200
    assert ask(server, "/_stcore/upload_file/a/b", host, "OPTIONS", Origin=own)[0] == 204
    assert elsewhere.asked == []


def test_the_stream_is_for_this_machine_alone(server):
    port = port_of(server)
    with stream(server, Origin=f"http://127.0.0.1:{port}") as open_stream:
        assert open_stream.response.status_code == 101
    # `Host` comes twice here, the client's own and the foreign one; a rebound name alone is refused as well.
    for headers in ({"Host": "evil.example"}, {"X-Forwarded-For": "203.0.113.5"}):
        with pytest.raises((InvalidStatus, ConnectionClosed)), stream(server, **headers):
            pass
    request = (
        "GET /_stcore/stream HTTP/1.1\r\nHost: evil.example\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
    )
    with socket.create_connection(("127.0.0.1", port), timeout=20) as connection:
        connection.sendall(request.encode())
        assert connection.recv(65536).startswith(b"HTTP/1.1 403")


def test_slow_and_huge_requests_hold_up_nobody(server):
    host = f"localhost:{port_of(server)}"
    slow = [socket.create_connection(("127.0.0.1", port_of(server)), timeout=20) for _ in range(100)]
    try:
        for number, connection in enumerate(slow):
            start = "POST /api/gates HTTP/1.1" if number % 2 else "PUT /_stcore/upload_file/a/b HTTP/1.1"
            connection.sendall(f"{start}\r\nHost: {host}\r\nContent-Length: 1000\r\n\r\nx".encode())
        # None of the slow ones has ended: whoever waited for them would run into the time limit of `ask`.
        assert ask(server, "/_stcore/health", host)[0] == 200
        assert ask(server, "/api/gates", host)[0] in (200, 400)
    finally:
        for connection in slow:
            connection.close()
    assert ask(server, "/", host, "POST", Content_Length=str(10**12))[0] == 413


def test_one_huge_message_ends_its_own_connection_only(server):
    host = f"localhost:{port_of(server)}"
    with stream(server) as other, stream(server) as huge:
        with pytest.raises(ConnectionClosed):
            huge.send(b"x" * 5_000_000)  # more than a page's state may hold
            while True:
                huge.recv(timeout=20)
        assert ask(server, "/_stcore/health", host)[0] == 200
        other.ping().wait(10)


@pytest.mark.parametrize("address", ["0.0.0.0", "::"])
def test_another_address_without_a_sign_in_does_not_start(sample_dir, elsewhere, address):
    command = [sys.executable, "-m", "streamlit", "run", "app.py", f"--server.address={address}"]
    ended = subprocess.run(
        [*command, f"--server.port={free_port()}", "--server.headless=true"],
        cwd=ROOT,
        env={"PATH": "/usr/bin:/bin", "RELIABILITY_DATA": str(sample_dir), "http_proxy": elsewhere.url},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert ended.returncode == 2
    errors = [line for line in ended.stderr.splitlines() if line.startswith("error:")]
    assert len(errors) == 1
    assert f"listen on {address}" in errors[0]
    assert "Traceback" not in ended.stderr
    assert elsewhere.asked == []


def test_the_plain_command_listens_on_this_machine_alone(sample_dir, tmp_path):
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / "app.py"), f"--server.port={port}"]
    with (tmp_path / "log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--server.headless=true"],
            cwd=tmp_path,  # the settings are found from anywhere
            env={"PATH": "/usr/bin:/bin", "RELIABILITY_DATA": str(sample_dir)},
            stdout=log,
            stderr=log,
        )
    try:
        until = time.monotonic() + 60
        while not (found := _listening(port)):
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.1)
        assert found == {"127.0.0.1"}
    finally:
        process.terminate()
        process.wait(20)


def _listening(port: int) -> set[str]:
    """Return the addresses that anybody listens on at a port (Linux); "everywhere" for IPv6."""
    found = set()
    for file in ("/proc/net/tcp", "/proc/net/tcp6"):
        for line in Path(file).read_text().splitlines()[1:]:
            local, state = line.split()[1], line.split()[3]
            address, _, used = local.partition(":")
            if state == "0A" and int(used, 16) == port:
                packed = bytes.fromhex(address)[::-1]
                found.add(socket.inet_ntoa(packed) if len(packed) == 4 else "IPv6")
    return found


def _resident(server: Server) -> int:
    """Return the bytes that the server holds in memory (Linux)."""
    inode = next(
        line.split()[9]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A" and int(line.split()[1].partition(":")[2], 16) == port_of(server)
    )
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if any(os.readlink(fd) == f"socket:[{inode}]" for fd in (process / "fd").iterdir()):
                status = (process / "status").read_text()
                return int(re.search(r"VmRSS:\s+(\d+)", status)[1]) * 1024
        except OSError:
            continue
    raise AssertionError("nobody listens")


def test_eight_large_uploads_are_not_held_in_memory(server):
    from streamlit.proto.BackMsg_pb2 import BackMsg
    from streamlit.proto.ForwardMsg_pb2 import ForwardMsg

    content = bytes(50_000_000)
    spooled = server.data_dir / ".uploads"
    with stream(server) as session, httpx2.Client(base_url=server.url, timeout=60) as client:
        rerun = BackMsg()
        rerun.rerun_script.query_string = ""
        session.send(rerun.SerializeToString())
        message = ForwardMsg()
        while message.WhichOneof("type") != "new_session":
            message.ParseFromString(session.recv(timeout=30))
        session_id = message.new_session.initialize.session_id
        # What the page itself needs is not the uploads': it is drawn before anything is measured.
        while message.WhichOneof("type") != "script_finished":
            message.ParseFromString(session.recv(timeout=60))
        address = f"/_stcore/upload_file/{session_id}"
        client.get("/_stcore/health")
        token = {"X-Xsrftoken": client.cookies["_streamlit_xsrf"]}
        before = _resident(server)
        for number in range(8):
            files = {"f": ("a.csv", content, "text/csv")}
            assert client.put(f"{address}/{number}", files=files, headers=token).status_code == 204
        assert _resident(server) - before < 50_000_000
        assert [path.stat().st_size for path in spooled.iterdir()] == [len(content)] * 8
        # A forged one, and one for a session that is not there, leave nothing.
        assert client.put(f"{address}/9", files={"f": ("a.csv", b"x", "text/csv")}).status_code == 403
        (forged,) = [e for e in Journal(server.data_dir).entries() if e.subject == "adding exports"]
        assert (forged.who, forged.kind) == ("this machine", "refusal")
        other = "/_stcore/upload_file/nobody/1"
        assert client.put(other, files={"f": ("a.csv", b"x", "text/csv")}, headers=token).status_code == 400
        for number in range(8):
            assert client.delete(f"{address}/{number}", headers=token).status_code == 204
        assert list(spooled.iterdir()) == []
