"""Who is measured: the product and its peers, each as a command that serves one page with a choice of quarter."""

import sys
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.peers.environment import FOLDER, PEERS
from reliability.data_dir import ROOT

_STREAMLIT = ("--server.address=127.0.0.1", "--server.port={port}", "--server.headless=true")
_PLAIN = (*_STREAMLIT, "--browser.gatherUsageStats=false", "--server.fileWatcherType=none")


@dataclass(frozen=True)
class Contender:
    """A server to measure.

    command, environment: how it is started ("{port}" stands for the port). health: answers 200 once it serves.
    charts: how many its first page draws at least. root: selector of what changes when the page is drawn again.
    idle: JavaScript that is true once nothing is asked any more. streamlit: whether it speaks Streamlit's protocol.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    health: str
    charts: int
    root: str
    idle: str
    streamlit: bool = True


_RAN = (
    "document.querySelector('[data-testid=stApp][data-test-script-state=notRunning]"
    "[data-test-connection-state=CONNECTED]') && !document.querySelector('[data-testid=stSkeleton]')"
)


def product(data_dir: Path, python: str = sys.executable) -> Contender:
    """Return this project, served as `make run` does, by an interpreter that has what it requires."""
    return Contender(
        name="the product",
        command=(python, "-m", "streamlit", "run", str(ROOT / "app.py"), *_STREAMLIT),
        environment={"RELIABILITY_DATA": str(data_dir)},
        health="/_stcore/health",
        charts=2,
        root="[data-testid=stMain]",
        idle=_RAN,
    )


def workers(data_dir: Path, number: int) -> Contender:
    """Return this project in so many processes, as `make serve` runs it."""
    command = (sys.executable, "-m", "reliability", "serve", f"--workers={number}", "--port={port}")
    one = product(data_dir)
    # A session without cookies gets a process by chance.
    return replace(one, name=f"{number} workers", command=(*command, f"--data={data_dir}"))


def plain_streamlit(database: Path) -> Contender:
    """Return the plainly written Streamlit page on a table of incidents."""
    return Contender(
        name="plain Streamlit",
        command=(str(PEERS.python), "-m", "streamlit", "run", str(FOLDER / "streamlit_page.py"), *_PLAIN),
        environment={"DATABASE": str(database)},
        health="/_stcore/health",
        charts=4,
        root="[data-testid=stMain]",
        idle=_RAN,
    )


def dash(database: Path) -> Contender:
    """Return the Dash page on a table of incidents."""
    return Contender(
        name="Dash",
        command=(str(PEERS.python), str(FOLDER / "dash_page.py")),
        environment={"DATABASE": str(database)},
        health="/_dash-layout",
        charts=4,
        root="#react-entry-point",
        idle="document.title !== 'Updating...' && document.querySelector('#charts')",
        streamlit=False,
    )
