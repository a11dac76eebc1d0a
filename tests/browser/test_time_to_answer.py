"""How many clicks each question costs somebody in a hurry, from the link that they have."""

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


def test_why_availability_is_missed_and_which_rows_make_it_cost_one_click_and_two(visitor):
    visitor.open("/")
    with clicks(visitor, 1):
        visitor.page.locator(".st-key-open-availability button").click()
        in_sight(visitor, "used 159_% of its error budget")
        in_sight(visitor, "IR-00521")
    visitor.page.keyboard.press("Escape")
    visitor.page.get_by_role("dialog").wait_for(state="detached")
    visitor.wait()
    with clicks(visitor, 2):
        visitor.page.locator(".st-key-open-p1_incidents button").click()
        dialog = visitor.page.get_by_role("dialog")
        # How sure that is stands in the drawer that the first click opened.
        in_sight(visitor, "With about 32_P1s per 90_days, a true 40_% cut will be confirmed 53 times in 100.")
        dialog.get_by_role("tab", name="Records").click()
        dialog.locator(".rl-tall th").first.wait_for()
        assert dialog.locator(".rl-tall tbody tr").count() >= 19
        assert "Line" in dialog.locator(".rl-tall thead").first.inner_text()


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
