"""One tab of a real Chromium that notes when a click was made, what was sent, and when the page stood still."""

import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from benchmarks.contenders import Contender
from benchmarks.process import Running

QUIET_MS = 400
"""A page is done when it is idle and nothing was drawn for so long; the time counted ends with the last drawing."""

_SCRIPT = Path(__file__).with_name("marks.js").read_text(encoding="utf-8")
_ANSWERS = "/_dash-update-component"
_LINKS = "[data-testid=stSidebarNavLink]"
_DRAWN_CHARTS = "document.querySelectorAll('.js-plotly-plot .main-svg .subplot').length"


@dataclass(frozen=True)
class Step:
    """What one action took, in seconds from the click: all that is seen of the two halves, server's and browser's.

    sent: the request leaves the browser. first, last: replies arrive. drawn: the last change is on the screen.
    received: bytes of the replies as they arrive. changes: DOM mutations. What is missing is nan.
    server_cpu, page_cpu: processor time of the server and of the page's main thread, from before the click until the
    page stood still; others on the machine hardly change it.
    """

    sent: float
    first: float
    last: float
    drawn: float
    received: int
    changes: int
    server_cpu: float
    page_cpu: float


class Tab:
    """A new visitor: nothing in the browser's cache.

    browser: Playwright's. timeout: seconds until a page that is not done raises Playwright's TimeoutError.
    """

    def __init__(self, browser: Any, contender: Contender, server: Running, timeout: float = 120) -> None:
        self._contender = contender
        self._server = server
        self._timeout_ms = 1000 * timeout
        # What is waited for is asked of the page as text, which the product's own policy for scripts forbids.
        self._context = browser.new_context(
            viewport={"width": 1440, "height": 900}, locale="en-GB", bypass_csp=True
        )
        self.page = self._context.new_page()
        self.page.set_default_timeout(self._timeout_ms)
        self.page.add_init_script(f"const ROOT = {json.dumps(contender.root)};\n{_SCRIPT}")
        self._sent: list[float] = []
        self._received: list[tuple[float, int]] = []
        self._asked: set[str] = set()
        self._devtools = self._context.new_cdp_session(self.page)
        self._listen()

    def close(self) -> None:
        """Leave."""
        self._context.close()

    def open(self, path: str = "/") -> float:
        """Go to an address and wait until it is done; return `time.perf_counter()` at the last drawing."""
        self.page.goto(self._server.url + path)
        charts = f"{_DRAWN_CHARTS} >= {self._contender.charts}"
        self.page.wait_for_function(charts, timeout=self._timeout_ms)
        self._until_done()
        ago = self.page.evaluate("performance.now() - benchmarkMarks.drawn")
        return time.perf_counter() - ago / 1000

    def step(self, click: Any) -> Step:
        """Do something whose last click asks the server, wait until the page is done, and say what it took."""
        self._sent.clear()
        self._received.clear()
        before = self.page.evaluate("benchmarkMarks.changes")
        server_cpu, page_cpu = self._server.cpu_seconds(), self._metrics()["ThreadTime"]
        click()
        # Before the first reply a page that has not begun looks like one that is done.
        while not (self._sent and self._received):
            self.page.wait_for_timeout(20)
        self._until_done()
        while self._asked:
            self.page.wait_for_timeout(20)
            self._until_done()
        marks = self.page.evaluate("benchmarkMarks")
        metrics = self._metrics()
        # performance.now() is 0 at the navigation, on the clock of the network's events.
        began = metrics["NavigationStart"] + marks["clicked"] / 1000
        replies = [(at - began, size) for at, size in self._received if at > began]
        return Step(
            sent=next((at - began for at in self._sent if at > began), float("nan")),
            first=replies[0][0] if replies else float("nan"),
            last=replies[-1][0] if replies else float("nan"),
            drawn=(marks["drawn"] - marks["clicked"]) / 1000,
            received=sum(size for _, size in replies),
            changes=marks["changes"] - before,
            server_cpu=self._server.cpu_seconds() - server_cpu,
            page_cpu=metrics["ThreadTime"] - page_cpu,
        )

    def nodes(self) -> int:
        """Return how many elements the page consists of."""
        return self.page.evaluate("document.querySelectorAll('*').length")

    def quarters(self) -> list[str]:
        """Return what can be chosen, newest first."""
        self._open_choice("Quarter")
        self.page.get_by_role("option").first.wait_for()
        found = self.page.get_by_role("option").all_inner_texts()
        self.page.keyboard.press("Escape")
        return [text.strip() for text in found]

    def choose_quarter(self, label: str) -> None:
        """Choose a quarter ("2025 Q2") in whatever the page offers for it."""
        self._open_choice("Quarter")
        self.page.get_by_role("option", name=label, exact=True).click()

    def narrow(self, service: str) -> None:
        """Open the first page with one service chosen, and wait until it is done."""
        if self._contender.streamlit:
            self.open("/?" + urlencode({"service": service}))
        else:
            self.open()
            self._open_choice("Service")
            self.page.get_by_role("option", name=service, exact=True).click()
            self.page.wait_for_timeout(QUIET_MS)
            self._until_done()

    def links(self) -> list[str]:
        """Return the titles in the navigation; none where there is a single page."""
        texts = self.page.locator(_LINKS).all_inner_texts()
        return [text.split("\n")[-1] for text in texts]

    def go(self, title: str) -> None:
        """Click a title in the navigation."""
        self.page.locator(_LINKS, has_text=title).click()

    def _open_choice(self, name: str) -> None:
        if self._contender.streamlit:
            self.page.get_by_role("combobox", name=name).click()
        else:
            self.page.locator(f"#{name.lower()}").click()

    def _until_done(self) -> None:
        quiet = f"performance.now() - benchmarkMarks.drawn > {QUIET_MS}"
        self.page.wait_for_function(
            f"({self._contender.idle}) && {quiet}", polling=50, timeout=self._timeout_ms
        )

    def _metrics(self) -> dict[str, float]:
        found = self._devtools.send("Performance.getMetrics")["metrics"]
        return {metric["name"]: metric["value"] for metric in found}

    def _listen(self) -> None:
        self._devtools.send("Performance.enable")
        self._devtools.send("Network.enable")
        on = self._devtools.on
        on("Network.webSocketFrameSent", lambda e: self._sent.append(e["timestamp"]))
        on("Network.webSocketFrameReceived", self._frame)
        on("Network.requestWillBeSent", self._request)
        on("Network.dataReceived", self._data)
        on("Network.loadingFinished", lambda e: self._asked.discard(e["requestId"]))
        on("Network.loadingFailed", lambda e: self._asked.discard(e["requestId"]))

    def _frame(self, event: dict[str, Any]) -> None:
        # Binary frames come as base64: four characters for three bytes.
        self._received.append((event["timestamp"], len(event["response"]["payloadData"]) * 3 // 4))

    def _request(self, event: dict[str, Any]) -> None:
        if _ANSWERS in event["request"]["url"]:
            self._sent.append(event["timestamp"])
            self._asked.add(event["requestId"])

    def _data(self, event: dict[str, Any]) -> None:
        if event["requestId"] in self._asked:
            self._received.append((event["timestamp"], event["dataLength"]))
