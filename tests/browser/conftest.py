"""Fixtures of the browser tests: the real server on the sample, and a visitor with a real Chromium."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.server import Server, serving
from tests.browser.visitor import Visitor


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder, so that `-m browser` and `-m "not browser"` split the tests."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.browser)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """A Chromium; without one the tests are left out, but in CI they fail."""
    path = chromium.find()
    if path is None:
        reason = f"no Chromium. {chromium.ADVICE}"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on the built sample, ready to answer; shared by all tests that only look."""
    log = tmp_path_factory.mktemp("server") / "log.txt"
    with serving(sample_dir, log, ready="/healthz") as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path) -> Callable[..., AbstractContextManager[Server]]:
    """Start a server of one's own: `with serve(data_dir) as server`. It is cold: nobody has opened a page."""

    def started(data_dir: Path, **environment: str) -> AbstractContextManager[Server]:
        return serving(data_dir, tmp_path / "server.log", **environment)

    return started


def _after_the_server_ended(problem: str) -> bool:
    """A page asks on when a test has ended its server: that it is refused says nothing of the product."""
    return "net::ERR_CONNECTION_REFUSED" in problem and "/_stcore/" in problem


@pytest.fixture
def visitors(browser: Any) -> Iterator[Callable[..., Visitor]]:
    """Make visitors: `visitors(server, width=390, dark=True)`; none of them may meet a problem."""
    made: list[Visitor] = []

    def visit(server: Server, width: int = 1440, height: int = 900, dark: bool = False) -> Visitor:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            accept_downloads=True,
        )
        made.append(Visitor(context, server.url))
        return made[-1]

    yield visit
    problems = [problem for visitor in made for problem in visitor.problems() if not _after_the_server_ended(problem)]
    for visitor in made:
        visitor.context.close()
    assert not problems, "\n".join(problems)


@pytest.fixture
def visitor(visitors: Callable[..., Visitor], server: Server) -> Visitor:
    """A visitor with a laptop's window, on the shared server."""
    return visitors(server)
