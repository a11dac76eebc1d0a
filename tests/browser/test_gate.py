"""The gate in a real browser: nothing on a page is blocked by the headers; a page of another site gets nothing."""

import http.server
import threading

import pytest

from tests.browser.server import serving

PAGES = (
    "/",
    "/commitments",
    "/incidents",
    "/chronic-issues",
    "/customers",
    "/gates",
    "/work",
    "/data",
    "/definitions",
)


@pytest.fixture
def other_site(server):
    """A page of another site (the same machine, another port) that tries to read and frame the app."""
    body = f"""<!doctype html><title>other</title><body><script>
      const tried = {{}};
      const url = "{server.url}";
      const done = (name) => (value) => {{ tried[name] = value; window.tried = tried;
        document.body.insertAdjacentHTML("beforeend", `<p id="done-${{name}}">${{value}}</p>`); }};
      fetch(url + "/api/gates").then((r) => r.text()).then(done("fetch"), () => done("fetch")("refused"));
      const socket = new WebSocket(url.replace("http", "ws") + "/_stcore/stream");
      socket.onopen = () => done("socket")("open");
      socket.onerror = () => done("socket")("refused");
    </script><iframe src="{server.url}/gates" id="frame"></iframe>""".encode()

    class Page(http.server.BaseHTTPRequestHandler):
        def do_GET(self):
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments):
            pass

    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), Page) as site:
        threading.Thread(target=site.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{site.server_port}/"
        site.shutdown()


@pytest.mark.parametrize("path", PAGES)
def test_no_page_is_blocked_by_its_headers(visitor, path):
    answers = []
    visitor.page.on("response", lambda answer: answers.append(answer))
    visitor.open(path)
    assert visitor.text.strip()
    assert "not signed in" not in visitor.text
    assert all(
        "content-security-policy" in answer.headers for answer in answers if answer.url.startswith("http")
    )


def test_a_page_of_another_site_reads_and_frames_nothing(visitors, server, other_site):
    visitor = visitors(server)
    for part in (
        "CORS policy",
        "net::ERR_FAILED",
        "WebSocket connection",
        "403",
        "frame-ancestors",
        "X-Frame",
        "Framing",
    ):
        visitor.expect_problem(part)
    visitor.page.goto(other_site)
    visitor.page.wait_for_selector("#done-fetch")
    visitor.page.wait_for_selector("#done-socket")
    assert visitor.page.evaluate("window.tried") == {"fetch": "refused", "socket": "refused"}
    frame = next(f for f in visitor.page.frames if f != visitor.page.main_frame)
    assert "stApp" not in frame.content()


def test_the_pages_started_past_the_gate_show_nothing(visitors, sample_dir, tmp_path):
    with serving(sample_dir, tmp_path / "log", script="reliability/serve/shell.py") as bare:
        visitor = visitors(bare)
        visitor.page.goto(f"{bare.url}/gates")
        visitor.page.wait_for_selector("text=You are not signed in")
        assert "CHG-" not in visitor.page.content()
        visitor.leave()
