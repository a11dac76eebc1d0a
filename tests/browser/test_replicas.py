"""Two servers with data folders of their own, one store, one journal: one is killed, and people go on with the other."""

import os
import shutil
import signal
import subprocess
import time
from contextlib import ExitStack

import httpx2
import psutil

from reliability.decisions import decisions
from reliability.journal import Journal
from reliability.replicas import build
from reliability.serve.workers import nginx_settings
from reliability.settings import load_settings
from reliability.warehouse import current
from tests.browser.server import Server, free_port, serving, status, stop
from tests.debian import needed
from tests.workers import COOKIE


def port_of(server: Server) -> int:
    return int(server.url.rpartition(":")[2])


def kill(server: Server) -> None:
    """End a server as a power cut would."""
    for child in psutil.Process().children():
        if f"--server.port={port_of(server)}" in child.cmdline():
            os.kill(child.pid, signal.SIGKILL)
            return
    raise AssertionError(f"nobody listens at {server.url}")


def serves(server: Server, version: str, seconds: float = 60) -> bool:
    """Whether a server comes to serve a version."""
    until = time.monotonic() + seconds
    while httpx2.get(f"{server.url}/healthz").json().get("data_version") != version:
        if time.monotonic() > until:
            return False
        time.sleep(0.3)
    return True


def test_a_killed_server_costs_its_people_a_reload_and_no_decision(
    visitors, own_sample, postgres, s3, tmp_path, monkeypatch
):
    nginx = needed("nginx", "nginx-light", beside="/usr/sbin")
    for name, value in s3.environment.items():
        monkeypatch.setenv(name, value)
    postgres.journal_in(own_sample)
    with (own_sample / "review.toml").open("a") as settings:
        settings.write(f'\n[warehouse]\nstore = "{s3.new_store()}"\n')
    build(own_sample, load_settings(own_sample))
    folders = [tmp_path / "one", tmp_path / "two"]
    with ExitStack() as running:
        servers = []
        for folder in folders:
            folder.mkdir()
            shutil.copy(own_sample / "review.toml", folder)
            servers.append(
                running.enter_context(serving(folder, folder.with_suffix(".log"), ready="/healthz"))
            )
        front, ports = free_port(), [port_of(one) for one in servers]
        config = tmp_path / "nginx.conf"
        config.write_text(nginx_settings(tmp_path, "127.0.0.1", front, ports))
        tmp_path.chmod(0o755)
        process = subprocess.Popen([nginx, "-e", "stderr", "-c", str(config)], start_new_session=True)
        running.callback(stop, process)
        people = Server(f"http://127.0.0.1:{front}", own_sample, config)
        until = time.monotonic() + 30
        while status(f"{people.url}/_stcore/health") != 200:
            assert time.monotonic() < until
            time.sleep(0.1)
        visitor = visitors(people)
        visitor.open("/decisions")
        page = visitor.page

        def server() -> int:
            return int(next(c["value"] for c in page.context.cookies() if c["name"] == COOKIE))

        def decide(before: str, after: str) -> None:
            page.wait_for_selector(f"text={before}")
            page.get_by_role("button", name="Record the decision").first.click()
            page.get_by_role("radio").first.locator("xpath=ancestor::label").click()
            page.get_by_role("textbox", name="Your name").fill("Ana")
            page.get_by_role("button", name="Write it down").click()
            page.wait_for_selector(f"text={after}")
            visitor.wait()

        decide("4 questions to decide", "3 questions to decide; 1 decision open")
        first = server()
        kill(servers[first])
        page.reload()
        visitor.wait()
        assert server() != first
        decide("3 questions to decide; 1 decision open", "2 questions to decide; 2 decisions open")
        survivor, left = servers[1 - first], folders[1 - first]
        assert [one.by for one in decisions(Journal(left))] == ["Ana", "Ana"]
        assert Journal(own_sample).verify().entries == 2, "in one journal, and the builder has it too"
        assert not Journal(left).path.exists()
        # The builder goes on, and the survivor with it.
        before = current(own_sample).data_version
        assert serves(survivor, before)
        (own_sample / "exports" / "more.csv").write_text(
            "incident_id,opened_at,status\nZ,2025-10-01 08:00:00,open\n"
        )
        build(own_sample, load_settings(own_sample))
        after = current(own_sample).data_version
        assert after != before and serves(survivor, after)
        page.reload()
        visitor.wait()
        page.wait_for_selector("text=2 decisions open")
        visitors.leave(people)
