"""Sittings: everything that is measured of one contender, in turns with the others."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import partial
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


def sit(browser: Any, contender: Contender, plan: Plan, log: Path, found: Sitting) -> Iterator[None]:
    """Measure one contender into `found`: each start on a process of its own, the rest on the last one.

    Gives way after every action, so that contenders take turns: what disturbs the machine disturbs all of them.
    """
    for number in range(plan.starts):
        with running(contender.command, log, contender.environment, contender.health) as server:
            tab = Tab(browser, contender, server, _PAGE_TIMEOUT)
            found.start.append(tab.open() - server.begun)
            yield
            if number + 1 == plan.starts or plan.is_over:
                found.nodes = tab.nodes()
                tab.close()
                yield from _use(browser, contender, server, plan, found)
                found.memory = server.memory_mb()
                return
            tab.close()


def _use(browser: Any, contender: Contender, server: Running, plan: Plan, found: Sitting) -> Iterator[None]:
    for _ in range(plan.visitors):
        tab = Tab(browser, contender, server, _PAGE_TIMEOUT)
        begun = time.perf_counter()
        found.second.append(tab.open() - begun)
        tab.close()
        yield
    tab = Tab(browser, contender, server, _PAGE_TIMEOUT)
    tab.open()
    labels = tab.quarters()
    for label in labels[1:]:
        found.new.append(tab.step(partial(tab.choose_quarter, label)))
        yield
    for label in [labels[2], labels[1]] * plan.times:
        found.remembered.append(tab.step(partial(tab.choose_quarter, label)))
        yield
    names = tab.links()
    # Twice; the first page comes last, as its review is made already.
    for name in [*names[1:], *names[:1]] * 2:
        found.pages.setdefault(name, []).append(tab.step(partial(tab.go, name)))
        yield
    for service in plan.services:
        tab.narrow(service)
        for label in labels[1:]:
            found.new.append(tab.step(partial(tab.choose_quarter, label)))
            yield
    tab.close()


def take_turns(sittings: Mapping[str, Iterator[None]], plan: Plan) -> None:
    """Let all sittings do one action after the other until they are done, or time is up.

    One whose page is not done in time ends there and says so; what it measured before stays.
    """
    from playwright.sync_api import TimeoutError as NotDone

    left = dict(sittings)
    while left and not plan.is_over:
        for name, sitting in list(left.items()):
            try:
                next(sitting)
            except StopIteration:
                del left[name]
            except NotDone as late:
                print(f"{name}: {str(late).splitlines()[0]}", flush=True)
                del left[name]
    for name, sitting in left.items():
        print(f"{name}: time was up before everything was measured", flush=True)
        sitting.close()
