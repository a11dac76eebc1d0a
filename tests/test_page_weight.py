"""What a page sends to the browser: every element costs it as much again with every answer."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

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


def test_a_review_is_no_more_than_sixty_elements(open_page) -> None:
    assert 40 < sent(open_page()) <= 60


@pytest.mark.parametrize(("popover", "elements_more"), [("link", 11), ("keep-presented", 4)])
def test_what_few_ever_open_is_sent_once_it_is_opened(open_page, popover, elements_more) -> None:
    closed = open_page()
    before = sent(closed)
    assert sent(open_popover(closed, popover)) == before + elements_more


def test_what_was_typed_stays_when_the_form_for_keeping_a_review_is_closed(open_page) -> None:
    app = open_popover(open_page(), "keep-presented")
    number = sent(app)
    app.session_state["keep-presented"] = False
    assert sent(app.run()) == number


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
