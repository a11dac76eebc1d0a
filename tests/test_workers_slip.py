"""A healthy worker that slips once while the other one is dead: its people notice nothing."""

import socketserver
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from http.server import BaseHTTPRequestHandler

import httpx2
import pytest

from reliability.serve.workers import nginx_settings
from tests.browser.server import free_port, status
from tests.debian import needed
from tests.workers import COOKIE


class _Slips(BaseHTTPRequestHandler):
    """Answers like a worker, but for the requests counted off in `server.slips`: those end without a word."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        if self.path.startswith("/static") and self.server.slips > 0:
            self.server.slips -= 1
            self.close_connection = True
            return
        self.send_response(200)
        self.send_header("Content-Length", "2")
        self.end_headers()
        self.wfile.write(b"ok")

    def log_message(self, *_: object) -> None: ...


@pytest.fixture
def worker():
    class Server(socketserver.ThreadingTCPServer):
        daemon_threads = True
        request_queue_size = 128
        slips = 0

    with Server(("127.0.0.1", 0), _Slips) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server
        server.shutdown()


@pytest.fixture
def front(worker, tmp_path):
    """nginx before a dead worker, 0, and a living one, 1."""
    nginx = needed("nginx", "nginx-light", beside="/usr/sbin")
    port, settings = free_port(), tmp_path / "nginx.conf"
    ports = [free_port(), worker.server_address[1]]
    settings.write_text(nginx_settings(tmp_path, "127.0.0.1", port, ports))
    tmp_path.chmod(0o711)
    process = subprocess.Popen([nginx, "-e", "stderr", "-c", str(settings)])
    try:
        until = time.monotonic() + 20
        while status(f"http://127.0.0.1:{port}/") != 200:
            assert process.poll() is None and time.monotonic() < until
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(20)


@pytest.mark.parametrize("cookie", ["0", "1"])
def test_one_slip_of_the_last_worker_refuses_nobody(worker, front, cookie):
    worker.slips = 1

    def ask(number: int) -> int:
        with httpx2.Client(base_url=front, timeout=20, cookies={COOKIE: cookie}) as client:
            return client.get(f"/static/{number}.js").status_code

    with ThreadPoolExecutor(8) as people:
        assert set(people.map(ask, range(40))) == {200}
    assert worker.slips == 0
