"""What a page sends to the browser: every element costs it as much again with every answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from reliability.model import Chart
from reliability.queries.memory import Memory
from reliability.ui import plot
from tests import fake_review
from tests.shown import open_popover


def elements(block: Any) -> Iterator[Any]:
    """Everything below a block of a page, blocks too."""
    for child in block.children.values():
        yield child
        if hasattr(child, "children"):
            yield from elements(child)


def sent(app: Any) -> int:
    return sum(1 for block in app._tree.children.values() for _ in elements(block))


def test_a_review_is_no_more_than_sixty_four_elements(open_page) -> None:
    assert 40 < sent(open_page()) <= 64


def test_the_links_that_few_ever_open_are_sent_once_they_are_opened(open_page) -> None:
    closed = open_page()
    before = sent(closed)
    assert sent(open_popover(closed, "link")) == before + 11


def test_a_chart_is_drawn_once_for_all_who_see_the_same(monkeypatch) -> None:
    drawn: list[Chart] = []
    draw = plot.figure

    def counted(chart: Chart, *how: Any) -> dict[str, Any]:
        drawn.append(chart)
        return draw(chart, *how)

    monkeypatch.setattr(plot, "figure", counted)
    monkeypatch.setattr(plot, "_charts", Memory(1_000_000))
    chart, *_ = fake_review.review().charts
    first = plot._drawn(chart, "UTC", 232, True)
    assert json.loads(first)["figure"] == draw(chart, "app", "UTC", 232)
    assert plot._drawn(replace(chart), "UTC", 232, True) == first
    assert len(drawn) == 1
    changed = replace(chart, takeaway="something else")
    others = {plot._drawn(*how) for how in ((changed, "UTC", 232, True), (chart, "UTC", 300, True))}
    assert len(others | {first}) == 3
    assert plot._drawn(chart, "Asia/Tokyo", 232, True) and len(drawn) == 4
