"""How many clicks each question costs somebody in a hurry, from the link that they have."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from playwright.sync_api import expect

_COUNT = """() => { window.clicks = 0;
  addEventListener('pointerdown', event => { window.clicks += event.isTrusted ? 1 : 0; }, true); }"""


@contextmanager
def clicks(visitor: Any, number: int) -> Iterator[None]:
    """Hold that the answer is reached with so many clicks, as the page itself counts them."""
    visitor.page.evaluate(_COUNT)
    yield
    assert visitor.page.evaluate("window.clicks") == number


def in_sight(visitor: Any, words: str) -> None:
    """Hold that words can be read without scrolling."""
    found = visitor.page.get_by_text(words.replace("_", "\N{NO-BREAK SPACE}")).first
    found.wait_for()
    expect(found).to_be_in_viewport()


def test_was_it_a_good_quarter_and_what_must_be_decided_cost_no_click(visitor):
    visitor.open("/")
    with clicks(visitor, 0):
        in_sight(visitor, "Mixed quarter so far")
        in_sight(visitor, "1 kept")
        in_sight(visitor, "To decide")
        in_sight(visitor, "Availability: missed. What changes now?")


def test_on_a_phone_what_must_be_decided_costs_no_click(visitors, server):
    phone = visitors(server, width=390, height=844)
    phone.open("/")
    with clicks(phone, 0):
        in_sight(phone, "Mixed quarter so far")
        in_sight(phone, "Availability: missed. What changes now?")


def test_why_availability_is_missed_costs_one_click(visitor):
    visitor.open("/")
    with clicks(visitor, 1):
        card = visitor.page.locator(".rl-tile").filter(has_text="endpoints")
        card.get_by_role("button").click()
        in_sight(visitor, "used 159_% of its error budget")
        visitor.page.get_by_role("dialog").get_by_text("IR-00521").first.wait_for()


def test_how_sure_the_promise_on_p1s_is_and_which_rows_make_it_cost_two_clicks(visitor):
    visitor.open("/")
    with clicks(visitor, 2):
        visitor.page.locator("[data-card=p1_incidents]").click()
        dialog = visitor.page.get_by_role("dialog")
        # What was promised, and how sure it is, stand in the drawer after the first click.
        dialog.get_by_text("40 % fewer P1 incidents").first.wait_for()
        for words in (r"\(90\s%\srange ", r"will be confirmed \d+ times in 100"):
            dialog.get_by_text(re.compile(words)).first.wait_for()
        dialog.get_by_role("tab", name="Records").click()
        dialog.locator(".rl-tall th").first.wait_for()
        assert dialog.locator(".rl-tall th").first.text_content() == "Incident"
        assert dialog.locator(".rl-tall tr").count() > 19


def test_whether_a_change_can_ship_costs_no_click_by_link_and_one_by_id(visitor):
    visitor.open("/gates?change=CHG-3303")
    with clicks(visitor, 0):
        _answered(visitor)
    visitor.open("/gates")
    with clicks(visitor, 1):
        visitor.page.get_by_role("searchbox", name="Find a change").click()
        visitor.page.keyboard.type("CHG-3303")
        _answered(visitor)


def _answered(visitor: Any) -> None:
    in_sight(visitor, "CHG-3303 is held")
    in_sight(visitor, "There is no SLO impact statement for identity.")
    in_sight(visitor, "→ team Identity")
