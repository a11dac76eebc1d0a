"""Somebody with a browser: opens pages, waits until they are done, remembers everything that went wrong."""

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import expect

_DONE = "[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]"
_OWN_MACHINE = ("127.0.0.1", "localhost")
_PATIENCE_MS = 60_000
expect.set_options(
    timeout=_PATIENCE_MS
)  # its own five seconds are short where servers and browsers share a machine
# On a deep link ("/gates") Streamlit's page looks for its server below that path before it looks at the root.
_LOOKING = re.compile(r"404.*//[^/]+/[^/]+/_stcore/(health|host-config)\)$")


class Visitor:
    """One browser context with one page.

    context: Playwright's. page: its page, for everything that is not offered here. url: the server's address.
    Requests to other machines are refused and count as problems: the app must work without the internet.
    """

    def __init__(self, context: Any, url: str) -> None:
        self.context = context
        self.url = url
        self.expected: list[str] = []
        self._problems: list[str] = []
        context.route("**/*", self._only_this_machine)
        self.page = context.new_page()
        self.page.set_default_timeout(_PATIENCE_MS)
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self._problems.append(f"script error: {error}"))

    def _only_this_machine(self, route: Any) -> None:
        address = urlsplit(route.request.url)
        if address.hostname in _OWN_MACHINE or address.scheme in ("data", "blob"):
            route.continue_()
            return
        self._problems.append(f"asked another machine: {route.request.url}")
        route.abort()

    def _heard(self, message: Any) -> None:
        said = f"console: {message.text} ({message.location.get('url', '')})"
        if message.type == "error" and not _LOOKING.search(said):
            self._problems.append(said)

    def open(self, path: str = "/") -> None:
        """Go to a path of the app ("/incidents?quarter=2025-Q3") and wait until the page is done."""
        self.page.goto(self.url + path)
        self.wait()

    def wait(self) -> None:
        """Wait until the script has run and the page is drawn."""
        self.page.wait_for_selector(_DONE)
        # Not `wait_for_function`: it evaluates text in the page, which the content policy forbids.
        expect(self.page.locator("[data-testid=stSkeleton]")).to_have_count(0, timeout=_PATIENCE_MS)
        self._look_for_exceptions()

    def _look_for_exceptions(self) -> None:
        for text in self.page.locator("[data-testid=stException]").all_inner_texts():
            self._problems.append(f"exception on the page: {text}")

    @property
    def text(self) -> str:
        """What can be read on the page, without the sidebar."""
        return self.page.inner_text("[data-testid=stMain]")

    def overflow(self) -> int:
        """Pixels by which the page is wider than the window: 0 when nothing needs sideways scrolling."""
        return self.page.evaluate(
            "() => { const m = document.querySelector('[data-testid=stMain]');"
            " return Math.max(0, m.scrollWidth - m.clientWidth); }"
        )

    def screenshot(self, path: Path) -> None:
        """Save what the window shows as a PNG."""
        path.parent.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=str(path))

    def expect_problem(self, part: str) -> None:
        """Allow a problem whose text holds `part`: a test that provokes one."""
        self.expected.append(part)

    def leave(self) -> None:
        """Close the browser; what went wrong until then is remembered. Doing it again does nothing."""
        if not self.page.is_closed():
            self._look_for_exceptions()
            self.context.close()

    def problems(self) -> list[str]:
        """Console and script errors, requests to other machines, and exception boxes, each once."""
        if not self.page.is_closed():
            self._look_for_exceptions()
        found = dict.fromkeys(self._problems)
        return [problem for problem in found if not any(part in problem for part in self.expected)]
