"""The real server on a free port of this machine, for browser tests."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent.parent
_START_SECONDS = 60


@dataclass(frozen=True)
class Server:
    """A running server: where it answers, the data it shows, what it logged."""

    url: str
    data_dir: Path
    log_file: Path

    @property
    def log(self) -> str:
        """Everything the server wrote so far."""
        return self.log_file.read_text(encoding="utf-8", errors="replace")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def status(url: str) -> int:
    """Return the HTTP status of a GET, 0 when nobody answers."""
    try:
        with urllib.request.urlopen(url, timeout=5) as answer:
            return answer.status
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


@contextmanager
def serving(
    data_dir: Path,
    log_file: Path,
    ready: str = "/_stcore/health",
    script: str = "app.py",
    address: str = "127.0.0.1",
    **environment: str,
) -> Iterator[Server]:
    """Serve a data folder as `make run` does, until the block ends. Nobody has opened a page: it is cold.

    Raises AssertionError with the log when `ready` does not answer 200 in time.
    """
    port = free_port()
    command = [sys.executable, "-m", "streamlit", "run", str(ROOT / script)]
    options = [f"--server.port={port}", f"--server.address={address}", "--server.headless=true"]
    with log_file.open("wb") as log:
        process = subprocess.Popen(
            [*command, *options],
            cwd=ROOT,
            env={**os.environ, "RELIABILITY_DATA": str(data_dir), **environment},
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    server = Server(f"http://127.0.0.1:{port}", data_dir, log_file)
    try:
        until = time.monotonic() + _START_SECONDS
        while status(server.url + ready) != 200:
            assert process.poll() is None, f"the server stopped ({process.returncode}):\n{server.log}"
            assert time.monotonic() < until, f"no answer after {_START_SECONDS} s:\n{server.log}"
            time.sleep(0.1)
        yield server
    finally:
        stop(process)


def stop(process: subprocess.Popen[bytes]) -> None:
    """End a server and all it started; one that has ended by itself is fine."""
    for wish in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(process.pid, wish)
            process.wait(10)
            return
        except ProcessLookupError:
            return
        except subprocess.TimeoutExpired:
            continue
