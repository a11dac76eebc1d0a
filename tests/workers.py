"""Several server processes behind nginx, as `make serve` starts them, and which of them serves whom."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

import httpx2
import psutil

from tests.browser.server import ROOT, Server, free_port, status, stop
from tests.debian import needed

COOKIE = "review_worker"


@dataclass(frozen=True)
class Workers(Server):
    """process: what watches over nginx and the workers."""

    process: subprocess.Popen[bytes]

    def pids(self) -> dict[int, int]:
        """The process of each port that a worker listens on."""
        found = {}
        for child in psutil.Process(self.process.pid).children():
            # One that was just killed has no command line until it is reaped.
            with suppress(psutil.NoSuchProcess):
                for part in child.cmdline():
                    if part.startswith("--server.port="):
                        found[int(part.partition("=")[2])] = child.pid
        return found

    def kill(self, number: str) -> int:
        """Kill the worker that the cookie names, as a full memory would; return its process."""
        children = psutil.Process(self.process.pid).children()
        nginx = next(child.cmdline() for child in children if child.name() == "nginx")
        # The master's own title is its command line.
        settings = Path(" ".join(nginx).partition(" -c ")[2].split()[0])
        line = next(
            line for line in settings.read_text().splitlines() if f"upstream worker_{number} " in line
        )
        port = int(line.partition("127.0.0.1:")[2].split()[0])
        pid = self.pids()[port]
        os.kill(pid, signal.SIGKILL)
        return pid


@contextmanager
def serving_workers(
    data_dir: Path, log_file: Path, workers: int = 2, **environment: str
) -> Iterator[Workers]:
    """Serve a data folder with several processes until the block ends; all of them answer when it begins."""
    needed("nginx", "nginx-light", beside="/usr/sbin")
    port = free_port()
    command = [sys.executable, "-m", "reliability", "serve", f"--workers={workers}", f"--port={port}"]
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [*command, "--data", str(data_dir)],
            cwd=ROOT,
            env={**os.environ, **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Workers(f"http://127.0.0.1:{port}", data_dir, log_file, process)
    try:
        until = time.monotonic() + 90
        while not (
            status(server.url) and all(answers(p) for p in server.pids()) and len(server.pids()) == workers
        ):
            assert process.poll() is None, f"it stopped ({process.returncode}):\n{server.log}"
            assert time.monotonic() < until, f"no answer in time:\n{server.log}"
            time.sleep(0.2)
        yield server
    finally:
        process.terminate()
        try:
            process.wait(20)
        finally:
            stop(process)


def answers(port: int) -> bool:
    """Whether a worker serves a version."""
    return status(f"http://127.0.0.1:{port}/healthz") == 200


def person(server: Server) -> httpx2.Client:
    """Somebody with a browser's cookies."""
    return httpx2.Client(base_url=server.url, timeout=30)
