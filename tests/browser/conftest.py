"""Fixtures of the browser tests: the real server on the sample, and a visitor with a real Chromium."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest

from tests.browser import chromium
from tests.browser.server import Server, serving
from tests.browser.visitor import Visitor
from tests.debian import leave_out
from tests.sample import sample_copy


class Visitors:
    """Makes visitors: `visitors(server, width=390, dark=True)`."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self.made: list[Visitor] = []

    def __call__(self, server: Server, width: int = 1440, height: int = 900, dark: bool = False) -> Visitor:
        """Return a new visitor of a server, with a window of that size in pixels."""
        context = self._browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if dark else "light",
            locale="en-GB",
            accept_downloads=True,
        )
        self.made.append(Visitor(context, server.url))
        return self.made[-1]

    def leave(self, server: Server) -> None:
        """Close the browsers of a server's visitors."""
        for visitor in self.made:
            if visitor.url == server.url:
                visitor.leave()


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
        leave_out(f"no Chromium. {chromium.ADVICE}")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=path)
        yield running
        running.close()


@pytest.fixture(scope="session")
def server(sample_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The real server on the built sample, ready to answer; shared by all tests that only look."""
    folder = tmp_path_factory.mktemp("server")
    data = sample_copy(sample_dir, folder / "data")  # what is refused is in its journal
    with serving(data, folder / "log.txt", ready="/healthz") as running:
        yield running


@pytest.fixture
def serve(tmp_path: Path, visitors: Visitors) -> Callable[..., AbstractContextManager[Server]]:
    """Start a server of one's own: `with serve(data_dir) as server`. It is cold: nobody has opened a page.

    Its visitors leave before it ends: a page left open would ask on, and be refused.
    """

    @contextmanager
    def started(data_dir: Path, **environment: str) -> Iterator[Server]:
        with serving(data_dir, tmp_path / "server.log", **environment) as running:
            try:
                yield running
            finally:
                visitors.leave(running)

    return started


@pytest.fixture
def visitors(browser: Any) -> Iterator[Visitors]:
    """Make visitors; none of them may meet a problem."""
    makes = Visitors(browser)
    yield makes
    problems = [problem for visitor in makes.made for problem in visitor.problems()]
    for visitor in makes.made:
        visitor.leave()
    assert not problems, "\n".join(problems)


@pytest.fixture
def visitor(visitors: Visitors, server: Server) -> Visitor:
    """A visitor with a laptop's window, on the shared server."""
    return visitors(server)
