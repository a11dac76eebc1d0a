"""Two workers behind nginx: who comes stays with one, Host names are checked, a killed worker is missed by nobody."""

import subprocess
import sys
import time

import psutil
import pytest

from reliability.cli.main import main
from reliability.serve.workers import nginx_settings
from tests.browser.server import free_port
from tests.conftest import ROOT
from tests.debian import needed
from tests.workers import COOKIE, person, serving_workers

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def server(sample_dir, tmp_path_factory):
    from tests.sample import sample_copy

    folder = tmp_path_factory.mktemp("workers")
    with serving_workers(sample_copy(sample_dir, folder / "data"), folder / "log") as running:
        yield running


def requests_seen(client) -> float:
    """How many answers of /api/gates the worker behind a cookie has counted."""
    lines = client.get("/metrics").text.splitlines()
    return sum(
        float(line.rpartition(" ")[2])
        for line in lines
        if line.startswith("reliability_requests_total") and "/api/gates" in line
    )


def test_people_stay_with_the_worker_they_came_to_and_both_work(server):
    seen = {}
    for _ in range(40):
        with person(server) as client:
            first = client.get("/api/gates")
            assert first.status_code == 200
            seen[client.cookies[COOKIE]] = None
            if len(seen) == 2:
                break
    assert set(seen) == {"0", "1"}
    with person(server) as one, person(server) as other:
        one.cookies.set(COOKIE, "0", domain="127.0.0.1")
        other.cookies.set(COOKIE, "1", domain="127.0.0.1")
        before = requests_seen(one), requests_seen(other)
        for _ in range(6):
            assert "set-cookie" not in one.get("/api/gates").headers
        assert (requests_seen(one) - before[0], requests_seen(other) - before[1]) == (6, 0)


@pytest.mark.parametrize(
    "headers", [{"host": "evil.example"}, {"x-forwarded-for": "127.0.0.1"}, {"origin": "http://evil.example"}]
)
def test_host_names_origins_and_proxies_are_checked_behind_nginx_too(server, headers):
    with person(server) as client:
        assert client.get("/gates").status_code == 200
        assert client.get("/gates", headers=headers).status_code == 403


def test_a_killed_worker_is_missed_by_nobody_and_comes_back(server):
    with person(server) as client:
        client.cookies.set(COOKIE, "0", domain="127.0.0.1")
        assert client.get("/api/gates").status_code == 200
        killed = server.kill("0")
        for _ in range(5):
            assert client.get("/api/gates").status_code == 200
        assert client.cookies[COOKIE] == "1", "its page, stream and files now come from the other one"
        until = time.monotonic() + 60
        while len(server.pids()) < 2 or killed in server.pids().values():
            assert time.monotonic() < until, server.log
            time.sleep(0.2)
        assert "A worker ended (-9) and is started again." in server.log
        assert client.get("/api/gates").status_code == 200
        assert client.cookies[COOKIE] == "1"


def test_it_ends_with_all_it_started(own_sample, tmp_path):
    with serving_workers(own_sample, tmp_path / "log", workers=1) as running:
        started = psutil.Process(running.process.pid).children(recursive=True)
        assert len(started) >= 3, "nginx, its own worker, and ours"
        ours = [process for process in started if "streamlit" in process.cmdline()]
        assert [process.environ()["MALLOC_ARENA_MAX"] for process in ours] == ["2"]
    assert not [
        process for process in started if process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    ]
    assert running.process.returncode == 0


@pytest.mark.parametrize(
    ("settings", "arguments", "said"),
    [
        ("", ["--host=0.0.0.0"], "nobody signs in"),
        (
            '[access]\nmode = "proxy"\nhosts = ["a.example"]\ntrusted_proxies = ["127.0.0.1"]\n',
            [],
            "workers would see nginx in your proxy's place",
        ),
    ],
)
def test_what_would_let_others_in_does_not_start(tmp_path, settings, arguments, said):
    needed("nginx", "nginx-light", beside="/usr/sbin")
    (tmp_path / "review.toml").write_text(settings)
    command = [sys.executable, "-m", "reliability", "serve", f"--port={free_port()}", "--data", str(tmp_path)]
    done = subprocess.run([*command, *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    assert done.returncode == 2 and said in done.stderr and done.stderr.count("\n") == 1


def test_a_port_that_is_taken_is_one_line(tmp_path, server, capsys):
    port = server.url.rpartition(":")[2]
    assert main(["serve", "--port", port, "--data", str(tmp_path)]) == 2
    assert f"127.0.0.1:{port}: somebody else listens there" in capsys.readouterr().err


@pytest.mark.parametrize("workers", [1, 2, 3, 7])
def test_nginx_accepts_the_settings_for_any_number(tmp_path, workers):
    nginx = needed("nginx", "nginx-light", beside="/usr/sbin")
    path = tmp_path / "nginx.conf"
    path.write_text(nginx_settings(tmp_path, "127.0.0.1", free_port(), list(range(9001, 9001 + workers))))
    done = subprocess.run(
        [nginx, "-e", "stderr", "-t", "-c", str(path)], capture_output=True, text=True, timeout=20
    )
    assert done.returncode == 0, done.stderr
