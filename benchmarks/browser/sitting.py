"""One sitting: everything that is measured of one contender on one server."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from benchmarks.browser.tab import Step, Tab
from benchmarks.contenders import Contender
from benchmarks.process import Running, running

_PAGE_TIMEOUT = 150.0


@dataclass
class Sitting:
    """What was measured; seconds, MB. A list that is empty was not measured: time was up, or there is no such thing.

    new: changes to a quarter that nobody has chosen. remembered: to and fro between two quarters.
    pages: for each page of the product, its first visit and the second.
    """

    contender: str
    size: str
    start: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)
    new: list[Step] = field(default_factory=list)
    remembered: list[Step] = field(default_factory=list)
    pages: dict[str, list[Step]] = field(default_factory=dict)
    memory: float = float("nan")
    nodes: int = 0


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    starts: of the process. visitors: after the first. times: to and fro between two quarters. services: whose quarters
    are looked at as well. until: on `time.perf_counter()`, after which nothing more is begun.
    """

    starts: int
    visitors: int
    times: int
    services: tuple[str, ...]
    until: float

    @property
    def is_over(self) -> bool:
        """Whether time is up."""
        return time.perf_counter() > self.until


def sit(browser: Any, contender: Contender, size: str, plan: Plan, log: Path) -> Sitting:
    """Measure one contender: each start on a process of its own, the rest on the last one."""
    found = Sitting(contender.name, size)
    for number in range(plan.starts):
        with running(contender.command, log, contender.environment, contender.health) as server:
            tab = Tab(browser, contender, server.url, _PAGE_TIMEOUT)
            found.start.append(tab.open() - server.begun)
            if number + 1 == plan.starts or plan.is_over:
                _use(browser, contender, server, tab, plan, found)
                break
            tab.close()
    return found


def _use(browser: Any, contender: Contender, server: Running, tab: Tab, plan: Plan, found: Sitting) -> None:
    found.nodes = tab.nodes()
    for _ in range(plan.visitors):
        if plan.is_over:
            break
        other = Tab(browser, contender, server.url, _PAGE_TIMEOUT)
        begun = time.perf_counter()
        found.second.append(other.open() - begun)
        other.close()
    labels = tab.quarters()
    found.new += _each(tab, labels[1:], plan)
    found.remembered += _each(tab, [labels[2], labels[1]] * plan.times, plan)
    for service in plan.services:
        if plan.is_over:
            break
        tab.close()
        tab = Tab(browser, contender, server.url, _PAGE_TIMEOUT)
        tab.narrow(service)
        found.new += _each(tab, labels[1:], plan)
    tab.close()
    _visit_pages(browser, contender, server, plan, found)
    found.memory = server.memory_mb()


def _each(tab: Tab, labels: Sequence[str], plan: Plan) -> list[Step]:
    steps = []
    for label in labels:
        if plan.is_over:
            break
        steps.append(tab.step(_chooser(tab, label)))
    return steps


def _chooser(tab: Tab, label: str) -> Callable[[], None]:
    return lambda: tab.choose_quarter(label)


def _visit_pages(browser: Any, contender: Contender, server: Running, plan: Plan, found: Sitting) -> None:
    """Go through all pages of the navigation twice; the first page comes last, as its review is made already."""
    tab = Tab(browser, contender, server.url, _PAGE_TIMEOUT)
    tab.open()
    names = tab.links()
    for _ in range(2 if names else 0):
        for name in (*names[1:], names[0]):
            if plan.is_over:
                break
            found.pages.setdefault(name, []).append(tab.step(lambda name=name: tab.go(name)))
    tab.close()
