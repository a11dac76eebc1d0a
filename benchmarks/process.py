"""A server under measurement: started with a stopwatch, its processor time and memory read, ended with the block."""

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import psutil

from tests.browser.server import ROOT, free_port, status, stop

_START_SECONDS = 120


@dataclass(frozen=True)
class Running:
    """A running server.

    url: where it answers. begun: `time.perf_counter()` at its start. port: of this machine.
    """

    url: str
    port: int
    begun: float
    process: psutil.Process

    def cpu_seconds(self) -> float:
        """Return the processor time that it and its children used so far, user and system."""
        times = [p.cpu_times() for p in self._family()]
        return sum(t.user + t.system for t in times)

    def memory_mb(self) -> float:
        """Return the resident memory of it and its children, in MB (10^6 bytes)."""
        return sum(p.memory_info().rss for p in self._family()) / 1e6

    def _family(self) -> list[psutil.Process]:
        return [self.process, *self.process.children(recursive=True)]


def _environment() -> dict[str, str]:
    """This process's own, with bytecode written: else a start measures how long Python takes to compile."""
    return {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


@contextmanager
def running(
    command: Sequence[str], log: Path, environment: Mapping[str, str], ready: str = "/_stcore/health"
) -> Iterator[Running]:
    """Start a server and wait until `ready` answers 200; end it and all it started with the block.

    command: "{port}" in it stands for a free port; PORT holds it too. Raises AssertionError with the log.
    """
    port = free_port()
    with log.open("wb") as out:
        begun = time.perf_counter()
        process = subprocess.Popen(
            [part.replace("{port}", str(port)) for part in command],
            cwd=ROOT,
            env={**_environment(), "PORT": str(port), **environment},
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    url = f"http://127.0.0.1:{port}"
    try:
        while status(url + ready) != 200:
            said = log.read_text(errors="replace")
            assert process.poll() is None, f"the server stopped ({process.returncode}):\n{said}"
            assert time.perf_counter() < begun + _START_SECONDS, f"no answer in {_START_SECONDS} s:\n{said}"
            time.sleep(0.02)
        yield Running(url, port, begun, psutil.Process(process.pid))
    finally:
        stop(process)
