"""Sittings as Markdown tables, with the product's times as multiples of each peer's."""

import math
import statistics
from collections.abc import Callable, Sequence

from benchmarks.browser.sitting import Sitting
from benchmarks.browser.tab import Step
from benchmarks.measure import print_table, quantile, time_text

_PRODUCT = "the product"


def show(sittings: Sequence[Sitting]) -> None:
    """Print everything."""
    print_table("What a visitor waits for", [_row(s) for s in sittings])
    if rows := _ratios(sittings):
        print_table("The product beside its peers at the same size", rows)
    print_table("A quarter that is remembered: p50 from the click", [_split(s) for s in sittings])
    print_table("A quarter that is new: p50 from the click", [_split(s, new=True) for s in sittings])
    if rows := _pages(sittings):
        print_table("Pages", rows)


def _drawn(steps: Sequence[Step], share: float) -> float:
    return quantile([s.drawn for s in steps], share)


def _median(values: Sequence[float]) -> float:
    return statistics.median(values) if values else math.nan


_FIGURES: dict[str, Callable[[Sitting], float]] = {
    "process start to full page": lambda s: _median(s.start),
    "second visitor": lambda s: _median(s.second),
    "new, p50": lambda s: _drawn(s.new, 0.5),
    "new, p95": lambda s: _drawn(s.new, 0.95),
    "remembered, p50": lambda s: _drawn(s.remembered, 0.5),
    "remembered, p95": lambda s: _drawn(s.remembered, 0.95),
}


def _row(found: Sitting) -> dict[str, str]:
    row = {"": f"{found.contender}, {found.size}"}
    row |= {name: time_text(figure(found)) for name, figure in _FIGURES.items()}
    row["changes"] = f"{len(found.new)} + {len(found.remembered)}"
    row["memory"] = "–" if math.isnan(found.memory) else f"{found.memory:.0f} MB"
    row["DOM nodes"] = str(found.nodes)
    return row


def _ratios(sittings: Sequence[Sitting]) -> list[dict[str, str]]:
    rows = []
    for own in (s for s in sittings if s.contender == _PRODUCT):
        for peer in (s for s in sittings if s.contender != _PRODUCT and s.size == own.size):
            row = {"": f"{own.size}, beside {peer.contender}"}
            row |= {name: _ratio(figure(own), figure(peer)) for name, figure in _FIGURES.items()}
            row["memory"] = _ratio(own.memory, peer.memory)
            rows.append(row)
    return rows


def _ratio(own: float, peer: float) -> str:
    return "–" if math.isnan(own / peer) else f"{own / peer:.2f}"


def _split(found: Sitting, new: bool = False) -> dict[str, str]:
    steps = found.new if new else found.remembered

    def middle(of: Callable[[Step], float]) -> float:
        return _median([of(step) for step in steps])

    times: dict[str, Callable[[Step], float]] = {
        "sent": lambda s: s.sent,
        "first reply": lambda s: s.first,
        "last reply": lambda s: s.last,
        "drawn": lambda s: s.drawn,
        "after the last reply": lambda s: s.drawn - s.last,
        "server CPU": lambda s: s.server_cpu,
        "page CPU": lambda s: s.page_cpu,
    }
    return {
        "": f"{found.contender}, {found.size}",
        **{name: time_text(middle(of)) for name, of in times.items()},
        "received": f"{middle(lambda s: s.received) / 1000:.0f} kB" if steps else "–",
        "DOM changes": f"{middle(lambda s: s.changes):.0f}" if steps else "–",
    }


def _pages(sittings: Sequence[Sitting]) -> list[dict[str, str]]:
    """Return a row a page: the first visit and the second, at every size; the slowest first."""
    seen = [s for s in sittings if s.pages]
    names = {
        name: max(s.pages[name][0].drawn for s in seen if name in s.pages) for s in seen for name in s.pages
    }
    rows = []
    for name in sorted(names, key=names.__getitem__, reverse=True):
        row = {"page": name}
        for sitting in seen:
            steps = sitting.pages.get(name, [])
            for which, said in enumerate(("first", "again")):
                taken = steps[which].drawn if len(steps) > which else math.nan
                row[f"{sitting.size}, {said}"] = time_text(taken)
        rows.append(row)
    return rows
